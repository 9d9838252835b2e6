import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const ORDINARY = { login: '/login', whoami: '/whoami', routes: ['/account'] };
const run = (options: Partial<SuiteOptions>) =>
  runSwapSuite({ app: () => smallApp(), mechanisms: ['M6'], ...ORDINARY, ...options });

/** A response cache whose key is the URL. */
function cachedByUrl(): RequestHandler {
  const pages = new Map<string, string>();
  return (req, res) => {
    const page = pages.get(req.originalUrl) ?? `account of ${req.session.user}`;
    pages.set(req.originalUrl, page);
    res.send(page);
  };
}

it('finds nothing in an ordinary app, and says what it asked', async () => {
  const report = await run({});
  expect(report).toMatchObject({ ok: true, verdict: 'clean', findings: [], tool: 'suite', schemaVersion: 1 });
  expect(report.asked[0]?.requests).toBeGreaterThan(0);
});

it('reads like a bug report where there is one', async () => {
  const report = await run({ app: () => smallApp({ account: cachedByUrl() }), seed: 'abc' });
  expect(report).toMatchObject({ ok: false, verdict: 'swapped', seed: 'abc' });
  const [finding] = report.findings;
  expect(finding).toMatchObject({
    mechanism: 'M6',
    owner: 'ada',
    receiver: 'bob',
    leak: { where: 'body', offset: 11 },
  });
  expect(finding?.exchanges.map(({ asker }) => asker)).toEqual(['ada', 'bob']);
  expect(finding?.exchanges[1]?.curl).toMatch(/^curl --include .*connect\.sid=sha256:[0-9a-f]{12}/);
  expect(finding?.replay).toContain("seed: 'abc'");
});

it('finds the same in an app that is one for all cases, and behind a URL', async () => {
  const server = createServer(smallApp({ account: cachedByUrl() }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    expect((await runSwapSuite({ ...ORDINARY, url, mechanisms: ['M6'] })).findings).toHaveLength(1);
    expect((await run({ app: server })).findings).toHaveLength(1);
    expect(server.listening).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it.each([
  ['a request', { path: '/login', form: (user) => ({ who: user.username, pw: user.password, csrf: 'c' }) }],
  ['JSON', { path: '/login', json: (user) => ({ who: user.username, pw: user.password, csrf: 'c' }) }],
  ['a function', (person, user) => person.post('/login', { who: user.username, pw: user.password, csrf: 'c' })],
] satisfies [string, SuiteOptions['login']][])('logs in by %s', async (_name, login) => {
  expect(await run({ login })).toMatchObject({ verdict: 'clean' });
});

it('takes a cookie that the login answers', async () => {
  const login: SuiteOptions['login'] = async (person) => {
    await person.post('/login', { who: person.user.username, pw: 'x', csrf: 'c' });
    const cookie = person.jar.header(person.origin);
    person.jar.clear();
    return { cookie };
  };
  expect(await run({ login })).toMatchObject({ verdict: 'clean' });
});

it.each([
  [
    'who could not log in',
    { login: { path: '/login', form: () => ({}) } },
    'ERR_SUITE_LOGIN',
    /ada could not log in at \/login: it answered 401/,
  ],
  ['that nobody can be told from another', { whoami: '/public' }, 'ERR_SUITE_PEOPLE', /whoami says the same/],
  ['what is missing', { routes: [] }, 'ERR_INVALID_ARGUMENT', /routes must name at least one/],
  ['a mechanism that is none', { mechanisms: ['M30' as 'M1'] }, 'ERR_INVALID_ARGUMENT', /there is no M30/],
  ['a route that is none', { routes: ['account'] }, 'ERR_INVALID_ARGUMENT', /routes must be like '\/account'/],
])('says %s', async (_name, options, code, message) => {
  await expect(run(options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('shows no secret in a report', async () => {
  const users = [
    { username: 'ada', password: 'correct-horse-battery-1' },
    { username: 'bob', password: 'correct-horse-battery-2' },
  ];
  const report = await run({ users, app: () => smallApp({ account: cachedByUrl() }) });
  expect(report.ok).toBe(false);
  expect(JSON.stringify(report)).not.toMatch(/correct-horse|s%3A[A-Za-z0-9_-]{8}/);
});

it('takes what strangers are shown for no secret', async () => {
  const app = () => smallApp({ account: (_req, res) => void res.send('our users: alice, bert') });
  const users = [
    { username: 'alice', password: 'a' },
    { username: 'bert', password: 'b' },
  ];
  expect(await run({ app, users })).toMatchObject({ verdict: 'clean' });
});

describe('a page that is a list of people', () => {
  const users = [
    { username: 'ada-lovelace', password: 'a', iban: 'DE11-ada' },
    { username: 'bob-marley', password: 'b', iban: 'DE22-bob' },
    { username: 'cai-lun', password: 'c', iban: 'DE33-cai' },
  ];
  const names = users.map(({ username }) => username).join(', ');

  it.each([users, users.slice(0, 2)])('may show its names', async (...some) => {
    const app = () =>
      smallApp({ account: (req, res) => void (req.session.user ? res.send(names) : res.sendStatus(401)) });
    expect(await run({ app, users: some })).toMatchObject({ verdict: 'clean' });
  });

  it('may show nothing else of others', async () => {
    const pages = new Map<string, string>();
    const leaking = () =>
      smallApp({
        account: (req, res) => {
          if (!req.session.user) return void res.sendStatus(401);
          const iban = users.find(({ username }) => username === req.session.user)?.iban;
          const page = pages.get(req.originalUrl) ?? `${names}: ${iban}`;
          pages.set(req.originalUrl, page);
          res.send(page);
        },
      });
    expect((await run({ app: leaking, users })).findings).toMatchObject([
      { leak: { excerpt: expect.stringContaining('DE11-ada') } },
    ]);
  });
});

it('takes a profile that holds the fields of one other person for no list', async () => {
  const users = [
    { username: 'ada-lovelace', password: 'a', iban: 'DE11-ada' },
    { username: 'bob-marley', password: 'b', iban: 'DE22-bob' },
    { username: 'cai-lun', password: 'c', iban: 'DE33-cai' },
  ];
  const next = (name: string) => users[(users.findIndex(({ username }) => username === name) + 1) % users.length];
  const app = () =>
    smallApp({
      account: (req, res) => {
        const { user } = req.session;
        if (!user) return void res.sendStatus(401);
        res.set('Cache-Control', 'private, no-store').send(`${user}: ${next(user)?.iban}`);
      },
    });
  expect(await runSwapSuite({ ...ORDINARY, app, users })).toMatchObject({ ok: false });
});
