/** Signing in without a login route: the agent holds what a login would have left, and nothing stays behind. */
import { createServer as createHttpsServer } from 'node:https';
import express from 'express';
import express4 from 'express4';
import request from 'supertest';
import { type CookieJar, cookieJar, signIn } from 'swapproof/testing';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { CERTIFICATE } from '../../helpers/certificate.js';
import { inEnvironment, type Kit, makeKit } from '../../helpers/kit-app.js';
import { send } from '../../helpers/send.js';
import { rejectionOf, thrownBy } from '../../helpers/thrown.js';

let sessions: Kit;
afterEach(() => sessions.close());

type Make = () => ReturnType<typeof express>;

function made(make: Make = express): ReturnType<typeof express> {
  const app = make();
  app.use(sessions);
  app.get('/me', (req, res) => {
    const { subject, data } = sessions.of(req);
    res.json({ subject, data });
  });
  app.post('/logout', (req, res, next) => {
    sessions
      .of(req)
      .destroy()
      .then(() => void res.end(), next);
  });
  return app;
}

const me = async (agent: ReturnType<typeof request.agent>) => (await agent.get('/me').expect(200)).body;
const NOBODY = { subject: null, data: {} };

describe.each<[string, Make]>([
  ['Express 5', express],
  ['Express 4', express4 as unknown as Make],
])("a supertest agent of %s's", (_name, make) => {
  beforeEach(() => {
    sessions = makeKit();
  });

  it('is logged in with its data, stays so, and logs out', async () => {
    const agent = request.agent(made(make));
    await signIn(agent, sessions, 'ada', { theme: 'dark' });
    expect(await me(agent)).toEqual({ subject: 'ada', data: { theme: 'dark' } });
    expect(await me(agent)).toMatchObject({ subject: 'ada' });
    await agent.post('/logout').expect(200);
    expect(await me(agent)).toEqual(NOBODY);
  });

  it('is logged in also when it has asked before', async () => {
    const agent = request.agent(made(make));
    expect(await me(agent)).toEqual(NOBODY);
    await signIn(agent, sessions, 'ada');
    expect(await me(agent)).toMatchObject({ subject: 'ada' });
  });

  it('is nobody else', async () => {
    const app = made(make);
    const [ada, bob, nobody] = [request.agent(app), request.agent(app), request.agent(app)];
    await Promise.all([signIn(ada, sessions, 'ada'), signIn(bob, sessions, 'bob')]);
    expect(await Promise.all([me(ada), me(bob), me(nobody)])).toMatchObject([
      { subject: 'ada' },
      { subject: 'bob' },
      { subject: null },
    ]);
  });
});

it('ends the session that the agent had, as a login does', async () => {
  const events: string[] = [];
  sessions = makeKit({ log: ({ code }) => events.push(code) });
  const agent = request.agent(made());
  await signIn(agent, sessions, 'ada');
  const before = agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString();
  await signIn(agent, sessions, 'bob');
  expect(await me(agent)).toMatchObject({ subject: 'bob' });
  const old = await request(made()).get('/me').set('Cookie', before);
  expect(old.body).toEqual(NOBODY);
  expect(events.filter((code) => code === 'swap.suspected')).toEqual([]);
});

it('goes by the clock of the kit', async () => {
  const clock = fakeClock();
  sessions = makeKit({ clock, idle: '1h' });
  const agent = request.agent(made());
  await signIn(agent, sessions, 'ada');
  clock.advance(3_599_000);
  expect(await me(agent)).toMatchObject({ subject: 'ada' });
  clock.advance(3_600_001);
  expect(await me(agent)).toEqual(NOBODY);
});

describe('a cookie jar', () => {
  const listening = async (work: (port: number) => Promise<void>) => {
    const server = made().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await work((server.address() as { port: number }).port);
    } finally {
      server.close();
    }
  };
  const subjectOf = async (jar: CookieJar, port: number, headers: Record<string, string> = {}) =>
    JSON.parse((await send(port, 'GET', '/me', { ...headers, cookie: jar.header('/me') })).body).subject;

  it('is logged in, alone or as the jar of something, on 127.0.0.1 and localhost', async () => {
    sessions = makeKit();
    const [jar, other] = [cookieJar(), cookieJar()];
    await signIn(jar, sessions, 'ada');
    await signIn({ jar: other }, sessions, 'bob');
    expect(jar.header('http://localhost/me')).toBe(jar.header('/me'));
    await listening(async (port) => {
      expect([await subjectOf(jar, port), await subjectOf(other, port)]).toEqual(['ada', 'bob']);
    });
  });

  it('is logged in in production too, for it sends Secure cookies on loopback', async () => {
    sessions = inEnvironment('production', () => makeKit());
    const jar = cookieJar();
    await signIn(jar, sessions, 'ada');
    expect(jar.get('__Host-session')).toBeDefined();
    await listening(async (port) => expect(await subjectOf(jar, port)).toBe('ada'));
  });
});

it('logs in an agent of an https server under the names of production', async () => {
  sessions = makeKit();
  const agent = request.agent(createHttpsServer(CERTIFICATE, made()), { rejectUnauthorized: false });
  await signIn(agent, sessions, 'ada');
  expect(await me(agent)).toMatchObject({ subject: 'ada' });
});

describe('what can not work', () => {
  it('says that production and an agent on plain http do not go together', async () => {
    sessions = inEnvironment('production', () => makeKit());
    const agent = request.agent(made());
    expect(await rejectionOf(signIn(agent, sessions, 'ada'))).toMatchObject({
      code: 'ERR_SIGN_IN',
      message: expect.stringContaining('Set NODE_ENV=test before the kit is made'),
    });
    expect(await me(agent)).toEqual(NOBODY);
  });

  it.each(['a new agent', 'one with a session'])('says that the kit was closed, to %s', async (which) => {
    sessions = makeKit();
    const agent = request.agent(made());
    if (which !== 'a new agent') await signIn(agent, sessions, 'ada');
    await sessions.close();
    expect(await rejectionOf(signIn(agent, sessions, 'ada'))).toMatchObject({
      code: 'ERR_SIGN_IN',
      message: expect.stringContaining('Was it closed before?'),
    });
  });

  it('rejects with what start() refuses', async () => {
    sessions = makeKit();
    const agent = request.agent(made());
    expect((await rejectionOf(signIn(agent, sessions, 'ada', { big: 'x'.repeat(5_000) }))).code).toBe(
      'ERR_SESSION_TOO_LARGE',
    );
    const rejected = await rejectionOf(signIn(agent, sessions, 'ada', { at: new Date(0) }));
    expect(rejected.code).toBe('ERR_SESSION_DATA_INVALID');
    expect(await me(agent)).toEqual(NOBODY);
  });

  it('throws at once for wrong arguments', () => {
    sessions = makeKit();
    const agent = cookieJar();
    const wrong: unknown[][] = [
      [undefined, sessions, 'ada'],
      [request(made()), sessions, 'ada'],
      [{ jar: {} }, sessions, 'ada'],
      [agent, undefined, 'ada'],
      [agent, () => undefined, 'ada'],
      [agent, sessions, ''],
      [agent, sessions, 42],
    ];
    for (const args of wrong) {
      const error = thrownBy(() => Reflect.apply(signIn, undefined, args));
      expect(error).toMatchObject({ name: 'TestingError', code: 'ERR_INVALID_ARGUMENT' });
      expect(error.message).toMatch(/^signIn\(/);
    }
  });
});
