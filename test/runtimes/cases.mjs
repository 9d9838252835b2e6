/**
 * The same tests for every version of Node and every runner: run.ts copies this file into a project that has the packed
 * package installed. It is no TypeScript and imports no runner, so that nothing lies between it and them.
 */
import assert from 'node:assert/strict';
import fs, { readFileSync, stat } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express from 'express';
import session from 'express-session';
import { memory } from 'swapproof';
import { gateStore, interleave, interleaveAll, storeContract, swapSuite } from 'swapproof/testing';
import { findRunner } from './node_modules/swapproof/dist/testing/runner.js';

const runner = findRunner();
const test = (name, run) => runner.it(name, run, 20_000);
const file = fileURLToPath(import.meta.url);
const lines = readFileSync(file, 'utf8').split('\n');
const read = promisify(fs.readFile);
class Subclass extends Promise {}

async function* pages() {
  yield 'first';
  await read(file); // waits
}

const ways = {
  'core fs': async (done) => {
    await readFile(file); // waits
    done();
  },
  'util.promisify': async (done) => {
    await read(file); // waits
    done();
  },
  'a then': (done) => void read(file).then(done), // waits
  'a finally': (done) => void read(file).finally(done), // waits
  'a rejection': async (done) => {
    await read('none').catch(() => {}); // waits
    done();
  },
  'an async function inside': async (done) => {
    const inner = async () => (await read(file)).length; // waits
    await inner();
    done();
  },
  'a sleep': async (done) => {
    await sleep(1); // waits
    done();
  },
  fetch: async (done) => {
    const answer = await fetch('data:text/plain,hello'); // or here, or in the next line: it waits
    await answer.text();
    await sleep(1); // waits
    done();
  },
  'Promise.all': async (done) => {
    await Promise.all([read(file), sleep(1)]); // waits
    done();
  },
  'a thenable': async (done) => {
    // biome-ignore lint/suspicious/noThenProperty: as knex has it
    await { then: (...take) => read(file).then(...take) }; // waits
    done();
  },
  'an async generator': async (done) => {
    for await (const page of pages()) void page;
    done();
  },
  'a subclass of Promise': async (done) => {
    await new Subclass((resolve) => setTimeout(resolve, 1)); // waits
    done();
  },
  'a timer': (done) => void setTimeout(() => done(), 1), // waits
  'a callback of fs': (done) => void fs.stat(file, () => done()), // waits
  'a callback of a name imported from fs': (done) => void stat(file, () => done()), // waits
};
/** jest takes a copy of the names that an ES module imports from fs. */
const unseen = runner.name === 'jest' ? ['a callback of a name imported from fs'] : [];

const appOf = (way, shared) => {
  let current = '';
  return (req, res) => {
    const user = req.headers['x-user'];
    current = user;
    return way(() => res.end(shared ? current : user));
  };
};
const as =
  (user, path = '/', headers = {}, method = 'GET') =>
  async ({ url }) =>
    (await fetch(url + path, { method, headers: { 'x-user': user, ...headers } })).text();
const own = ({ a, b }) => (a === 'ada' && b === 'bob' ? null : `${a} ${b}`);
const search = (app, options = {}) =>
  interleave({ app, a: as('ada'), b: as('bob'), check: own, pipelining: false, ...options });
const textOf = (stop) => lines[Number(/:(\d+):\d+$/.exec(stop?.where ?? '')?.[1] ?? 0) - 1] ?? '';

test('the runner is found', async () => assert.equal(runner.name, process.env.RUNTIMES_RUNNER));
runner.skip('a test that is skipped');

for (const [name, way] of Object.entries(ways)) {
  if (unseen.includes(name)) continue;
  test(`found across ${name}`, async () => {
    const { findings, lost } = await search(appOf(way, true));
    assert.ok(
      findings.some(({ stop }) => textOf(stop).includes('// waits')),
      JSON.stringify(findings),
    );
    assert.equal(lost, 0);
  });
  test(`clean across ${name}`, async () => {
    const { findings, stops, uncontrolled } = await search(appOf(way, false));
    assert.deepEqual({ findings, uncontrolled }, { findings: [], uncontrolled: [] });
    assert.ok(stops.length > 0);
  });
}

test('a slow request undoes a logout of express-session at exactly two stops', async () => {
  const app = express();
  const store = gateStore(new session.MemoryStore());
  app.use(session({ secret: 'secret', store, resave: false, saveUninitialized: false }));
  app.post('/login', (req, res) => {
    req.session.user = 'ada';
    res.end();
  });
  app.post('/logout', (req, res) => req.session.destroy(() => res.end()));
  app.get('/me', (req, res) => res.end(req.session.user ?? 'nobody'));
  app.get('/slow', async (req, res) => {
    await sleep(1); // waits
    req.session.seen = 1;
    res.end();
  });
  let cookie = '';
  const { findings, stops } = await search(app, {
    before: async ({ url }) => {
      const answer = await fetch(`${url}/login`, { method: 'POST' });
      cookie = answer.headers.getSetCookie()[0].split(';', 1)[0];
    },
    a: (target) => as('', '/slow', { cookie })(target),
    b: (target) => as('', '/logout', { cookie }, 'POST')(target),
    check: async (target) => ((await as('', '/me', { cookie })(target)) === 'nobody' ? null : 'undone'),
  });
  assert.deepEqual(
    stops.map(({ kind }) => kind),
    ['store', 'await', 'store'],
  );
  assert.deepEqual(
    findings.map(({ stop }) => stop),
    stops.slice(0, 2),
  );
});

test('b may wait for a', async () => {
  let free = Promise.resolve();
  const app = (req, res) => {
    free = free.then(async () => {
      await readFile(file);
      res.end(req.headers['x-user']);
    });
  };
  const { findings, stops } = await search(app, { waitForB: 20 });
  assert.deepEqual([findings, stops.map(({ bWaited }) => bWaited)], [[], [true]]);
});

test('an await that lets nobody in is reached by pipelining', async () => {
  const app = appOf(async (done) => done(await Promise.resolve()), true);
  const { findings, stops, pipelining } = await search(app, { pipelining: true });
  assert.deepEqual([stops, pipelining.map(({ reached }) => reached)], [[], [true]]);
  assert.deepEqual(
    findings.map(({ pipelined, a }) => [pipelined, a]),
    [[true, 'bob']],
  );
});

test('fast-check finds an order of three', async () => {
  const check = ({ answers }) => (answers.join() === 'ada,bob,cy' ? null : answers.join());
  const requests = ['ada', 'bob', 'cy'].map((user) => as(user));
  const { finding } = await interleaveAll({ app: appOf(ways['core fs'], true), requests, check });
  assert.equal(finding?.order.length, 6);
  const { ok, runs } = await interleaveAll({ app: appOf(ways['core fs'], false), requests, check, runs: 10 });
  assert.deepEqual([ok, runs], [true, 10]);
});

test('nothing stays patched', async () => {
  const owners = () => [Promise.prototype, globalThis, fs];
  const now = () =>
    owners().map((owner) =>
      Object.entries(Object.getOwnPropertyDescriptors(owner)).map(([name, { value, get }]) => [name, get ?? value]),
    );
  const before = now();
  await search(appOf(ways['core fs'], true));
  await search(() => {}, { answerWithin: 50 }).catch(() => {});
  await search(() => assert.fail('of the app')).catch(() => {});
  assert.deepEqual(now(), before);
});

storeContract({ name: 'what a store must keep, of memory()', open: (options) => memory().open(options) });

swapSuite({
  name: 'the swap suite',
  app: loginApp,
  login: '/login',
  whoami: '/whoami',
  routes: ['/me'],
  mechanisms: ['M1', 'M6', 'M9', 'M21'],
});

function loginApp() {
  const app = express()
    .set('env', 'test')
    .use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'secret', resave: false, saveUninitialized: false }));
  app.post('/login', (req, res) =>
    req.session.regenerate(() => {
      req.session.user = req.body.username;
      res.redirect(303, '/me');
    }),
  );
  app.post('/logout', (req, res) => req.session.destroy(() => res.end()));
  const me = (req, res) => res.set('Cache-Control', 'no-store').json({ user: req.session.user ?? null });
  return app.get('/whoami', me).get('/me', me);
}
