/** What express-session makes of a store on a bad day, as a test of an app sees it: by marks in the answers. */
import express from 'express';
import session, { MemoryStore } from 'express-session';
import request from 'supertest';
import { expectNoSwap } from '../../../lib/testing/expect-no-swap.js';
import { faultyStore } from '../../../lib/testing/faults/faulty-store.js';

const USERS = [
  { label: 'ada', marks: ['ada-canary-1'] },
  { label: 'bob', marks: ['bob-canary-1'] },
];

/** Two who are logged in, and what the app answers each of them in turn. */
async function loggedIn() {
  const store = faultyStore.expressSession(new MemoryStore());
  const app = express();
  app.use(session({ secret: 'secret', store, resave: false, saveUninitialized: false }));
  app.post('/login/:user', (req, res) => {
    Object.assign(req.session, { user: req.params.user });
    res.end();
  });
  app.get('/account', (req, res) => void res.send(String(Reflect.get(req.session, 'user') ?? 'nobody')));
  app.use((_error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    res.status(503).end();
  });
  const agents = USERS.map(({ label, marks }) => ({ to: label, mark: marks[0] ?? '', agent: request.agent(app) }));
  for (const { mark, agent } of agents) await agent.post(`/login/${mark}`).expect(200);
  const ask = async () => {
    const received = [];
    for (const { to, agent } of agents) received.push({ to, response: await agent.get('/account') });
    return received;
  };
  return { store, ask };
}

it('gives each their own while the store is well', async () => {
  const { ask } = await loggedIn();
  const received = await ask();
  expect(received.map(({ response }) => response.text)).toEqual(['ada-canary-1', 'bob-canary-1']);
  expectNoSwap(received, USERS);
});

it("takes a neighbour's record for its own, and the assertion says so", async () => {
  const { store, ask } = await loggedIn();
  await ask();
  store.faults.get = 'neighbour';
  const received = await ask();
  expect(() => expectNoSwap(received, USERS)).toThrow("ada was given what is bob's by GET /account");
});

it.each([
  ['null', ['nobody', 'nobody']],
  ['error', ['', '']],
  ['garbage', ['', '']],
] as const)('swaps nobody where the store answers with %s', async (fault, expected) => {
  const { store, ask } = await loggedIn();
  store.faults.get = fault;
  const received = await ask();
  expectNoSwap(received, USERS);
  expect(received.map(({ response }) => response.text)).toEqual(expected);
});
