import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import express from 'express';
import session from 'express-session';
import { Client } from '../../../../lib/evidence/client.js';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { ignoringOwnFailures, madeToFail } from '../../../../lib/testing/inside/own-failures.js';
import { nodeProcess } from '../../../../lib/testing/interleave/core.js';
import { serve } from '../../../../lib/testing/world/site.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const ORDINARY = { login: '/login', whoami: '/whoami', routes: ['/account'] };
const run = (options: Partial<SuiteOptions>) =>
  runSwapSuite({ app: () => smallApp(), mechanisms: ['M6'], ...ORDINARY, ...options });

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

/** What Node would tell the process of, while nobody else listens. */
async function told(work: () => Promise<unknown>): Promise<unknown[]> {
  const heard: unknown[] = [];
  const hear = (reason: unknown) => void heard.push(reason);
  const others = EVENTS.map((event) => [event, nodeProcess.listeners(event as 'uncaughtException')] as const);
  for (const event of EVENTS) nodeProcess.removeAllListeners(event).on(event, hear);
  try {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    for (const [event, listeners] of others) {
      nodeProcess.removeAllListeners(event);
      for (const listener of listeners) nodeProcess.on(event, listener);
    }
  }
  return heard;
}

describe('what is left unhandled', () => {
  it('is not told where the suite made it, as it is or wrapped', async () => {
    const heard = await told(() =>
      ignoringOwnFailures(async () => {
        void Promise.reject(madeToFail('away'));
        void Promise.reject(new Error('no profile', { cause: madeToFail('away') }));
      }),
    );
    expect(heard).toEqual([]);
  });

  it('is told where it is of the app, and whatever it is when the suite is over', async () => {
    const own = new Error('of the app');
    const late = madeToFail('away');
    const heard = await told(async () => {
      await ignoringOwnFailures(async () => void Promise.reject(own));
      void Promise.reject(late);
    });
    expect(heard).toEqual([own, late]);
  });

  it('of an app whose handlers catch nothing is not told either', async () => {
    const profiles = { get: async (user: string) => ({ user, name: `name of ${user}` }) };
    const make = () => {
      const app = express();
      app.use(session({ secret: 'not a secret', resave: false, saveUninitialized: false }));
      app.get('/careless', (req, res) => {
        void profiles.get(req.session.user ?? 'nobody').then((profile) => res.send(profile.name));
      });
      return app.use(smallApp());
    };
    let report: unknown;
    const heard = await told(async () => {
      report = await run({ app: make, routes: ['/careless'], stores: [profiles], mechanisms: ['M8'] });
    });
    expect(heard).toEqual([]);
    expect(report).toMatchObject({ ok: true });
  });
});

describe('the deadline', () => {
  const never = () => new Promise<never>(() => {});

  it('ends a case that waits for a function for ever, which leaves nothing patched', async () => {
    const before = [AsyncLocalStorage.prototype.getStore, Socket.prototype.write];
    let logins = 0;
    const login: SuiteOptions['login'] = (person) => {
      if (++logins > 5) return never();
      return person.post('/login', { who: person.user.username, pw: 'x', csrf: 'c' });
    };
    const report = await run({ login, deadline: 2_000 });
    expect(report).toMatchObject({ verdict: 'cannot-tell', asked: [] });
    expect(report.notCovered[0]?.why).toMatch(/the deadline had passed: give a longer one/);
    expect([AsyncLocalStorage.prototype.getStore, Socket.prototype.write]).toEqual(before);
  });

  it('ends a case whose app does not answer any more, and takes it for one that was not tried', async () => {
    let asked = 0;
    const app = () => smallApp({ account: (_req, res) => void (asked++ < 4 && res.send('nothing')) });
    const report = await run({ app, deadline: 2_000 });
    expect(report).toMatchObject({ verdict: 'cannot-tell', asked: [] });
  });

  it('says where nobody could be told apart in time', async () => {
    await expect(run({ app: never, deadline: 50 })).rejects.toMatchObject({ code: 'ERR_SUITE_DEADLINE' });
  });
});

it('ends connections that have become something else', async () => {
  const { createServer } = await import('node:http');
  const server = createServer();
  const upgraded = new Promise<void>((resolve) => {
    server.on('upgrade', (_req, socket) => {
      socket
        .on('error', () => {})
        .write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      resolve();
    });
  });
  const site = await serve(server);
  const client = new Client({ origin: site.origin, keepAlive: true });
  const headers = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'x'],
  ] as const;
  const asked = client.ask({ path: '/', headers });
  await upgraded;
  await site.close();
  client.close();
  expect((await asked).answer).toBeNull();
});

it('asks who somebody is by a header, where there is no body', async () => {
  const app = () =>
    smallApp().get(
      '/me',
      (req, res) =>
        void res
          .set('X-User', req.session.user ?? 'nobody')
          .status(204)
          .end(),
    );
  expect(await run({ app, whoami: '/me' })).toMatchObject({ verdict: 'clean' });
});

it('asks who somebody is by a header, where the body is the same for all', async () => {
  const app = () =>
    smallApp().get('/me', (req, res) => {
      if (req.session.user) res.set('X-User', req.session.user);
      res.type('text').send('ok');
    });
  expect(await run({ app, whoami: '/me' })).toMatchObject({ verdict: 'clean' });
});

it('takes a public profile for nothing that a browser may not keep', async () => {
  const users = [
    { username: 'ada-lovelace', password: 'a' },
    { username: 'bob-marley', password: 'b' },
  ];
  const app = () =>
    smallApp({ account: (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('ada-lovelace') });
  const { findings } = await run({ app, users, mechanisms: ['M28'] });
  expect(findings.filter(({ certainty }) => certainty === 'proved')).toEqual([]);
});
