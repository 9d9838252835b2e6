/** What interleave() finds with express-session it does not find with the kit: the same slow request, the same logout. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import express from 'express';
import { type CookieJar, cookieJar, type InterleaveTarget, interleave, signIn } from 'swapproof/testing';
import { makeKit } from '../../../helpers/kit-app.js';

const sessions = makeKit({ log: false });
afterAll(() => sessions.close());

function shop() {
  const app = express();
  app.use(sessions);
  app.get('/me', (req, res) => void res.end(sessions.of(req).subject ?? 'nobody'));
  app.post('/logout', async (req, res) => {
    await sessions.of(req).destroy();
    res.end();
  });
  app.post('/slow', async (req, res) => {
    const session = sessions.of(req);
    await sleep(1);
    await session.update({ seen: 1 }).catch(() => {}); // refused if it has ended meanwhile
    res.end(session.subject);
  });
  return app;
}

const ask =
  (jar: () => CookieJar, path: string, method = 'GET') =>
  async ({ url }: InterleaveTarget) => {
    const response = await fetch(url + path, {
      method,
      headers: { cookie: jar().header(url), 'sec-fetch-site': 'same-origin' },
    });
    for (const line of response.headers.getSetCookie()) jar().store(line, url);
    return response.text();
  };

let ada = cookieJar();
const before = async () => {
  ada = cookieJar();
  await signIn(ada, sessions, 'ada');
};

it('a logout stays a logout', async () => {
  const { findings, stops } = await interleave({
    app: shop(),
    before,
    a: ask(() => ada, '/slow', 'POST'),
    b: ask(() => ada, '/logout', 'POST'),
    check: async (target) => {
      const user = await ask(() => ada, '/me')(target);
      return user === 'nobody' ? null : `${user} is logged in`;
    },
  });
  expect(findings).toEqual([]);
  expect(stops.length).toBeGreaterThan(1);
});

it('two users stay two', async () => {
  const bob = cookieJar();
  await signIn(bob, sessions, 'bob');
  const { findings } = await interleave({
    app: shop(),
    before,
    a: ask(() => ada, '/slow', 'POST'),
    b: ask(() => bob, '/slow', 'POST'),
    check: ({ a, b }) => expect([a, b]).toEqual(['ada', 'bob']),
  });
  expect(findings).toEqual([]);
});

it('holds what waits for a worker thread', async () => {
  let current = '';
  const app = express().get('/:user', async (req, res) => {
    current = req.params.user;
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    res.end(current);
    await worker.terminate();
  });
  const nobody = cookieJar();
  const { findings } = await interleave({
    app,
    a: ask(() => nobody, '/ada'),
    b: ask(() => nobody, '/bob'),
    check: ({ a, b }) => (a === 'ada' && b === 'bob' ? null : `${a} ${b}`),
    pipelining: false,
  });
  expect(findings).toMatchObject([{ stop: { kind: 'await' }, problem: 'bob bob' }]);
});
