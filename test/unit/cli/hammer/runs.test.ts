/** Whole runs: the example app, every way to log in, and what can't be run. */
import { createHash } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import { CannotRun } from '../../../../lib/cli/cannot-run.js';
import { cacheSim } from '../../../../lib/testing/cache-sim/cache-sim.js';
import { madeAccounts, passwordOf, startExample } from '../../../helpers/example.js';
import { fastClock, type HammeredOptions, hammered, NAMES, served, usersNamed } from '../../../helpers/hammered.js';
import { type Handler, loginApp, requireUser, userOf } from '../../../twins/login-app.js';

jest.setTimeout(60_000);
// The example app reports there that requests which were cut off had ended.
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function origin(app: Parameters<typeof served>[0]): Promise<string> {
  const one = await served(app);
  closing.push(() => one.close());
  return one.origin;
}

/** Every user's page says who it is. */
function personal(app = loginApp()) {
  app.get('/terms', requireUser as never, (_req, res) => void res.send('You are logged in.'));
  return app.get('/account', requireUser as never, (req, res) => void res.send(`<h1>Hello ${userOf(req)}</h1>`));
}

describe('the example app', () => {
  const accounts = madeAccounts(4);
  const users = usersNamed(
    accounts.map(({ username }) => username),
    passwordOf,
  );
  const routes = ['/account', '/diary/2026-11-25'];
  const options: HammeredOptions = { users, routes, whoami: '/account' };

  it('is clean with swapproof', async () => {
    const example = await startExample({ guarded: true, accounts });
    closing.push(() => example.close());
    const report = await hammered(example.origin, {
      ...options,
      routes: [...routes, '/shop', 'POST /shop/add item=pen'],
    });
    expect({ verdict: report.verdict, findings: report.findings }).toEqual({ verdict: 'clean', findings: [] });
  });

  it.each([
    ['gives sessions away', false],
    ['gives pages away, and no session, with swapproof', true],
  ])('behind a careless cache it %s', async (_what, guarded) => {
    const example = await startExample({ guarded, accounts });
    closing.push(() => example.close());
    const cache = await cacheSim('min-ttl', { clock: fastClock }).listen(example.origin);
    closing.push(() => cache.close());
    const report = await hammered(cache.url, options);
    const usable = report.findings.filter(({ mechanism, certainty }) => mechanism === 'M12' && certainty === 'proved');
    expect([report.verdict, usable.length > 0]).toEqual(['swapped', !guarded]);
    expect(report.findings.map(({ mechanism }) => mechanism)).toContain('M11');
  });
});

describe('ways to log in', () => {
  it('fills in the form of the page, hidden inputs and all, under the names that it is told', async () => {
    const app = express().use(express.urlencoded({ extended: false }));
    app.get('/in', (_req, res) => {
      res
        .cookie('csrf', 'abc')
        .send(
          '<form method="post" action="/in/do"><input type="hidden" name="token" value="abc"><input name="mail"><input name="word" type="password"></form>',
        );
    });
    app.post('/in/do', (req, res) => {
      const { mail, word, token } = req.body;
      if (token !== 'abc' || word !== `of ${mail}`) return void res.sendStatus(403);
      res.cookie('who', mail).redirect(303, '/account');
    });
    app.get(
      '/account',
      whoIs((cookie) => /who=([\w-]+)/.exec(cookie)?.[1]),
    );
    const report = await hammered(await origin(app), {
      login: { kind: 'form', path: '/in', fields: ['mail', 'word'] },
      users: usersNamed(NAMES, (name) => `of ${name}`),
      whoami: '/account',
    });
    expect(report.verdict).toBe('clean');
  });

  it('sends JSON', async () => {
    const app = express().use(express.json());
    app.post('/api/login', ({ body }, res) => void res.cookie('who', body.mail).json({ ok: body.word }));
    app.get(
      '/account',
      whoIs((cookie) => /who=([\w-]+)/.exec(cookie)?.[1]),
    );
    const login = { kind: 'json', path: '/api/login', fields: ['mail', 'word'] } as const;
    expect(await hammered(await origin(app), { login, whoami: '/account' })).toMatchObject({ verdict: 'clean' });
  });

  it('takes cookies of before, and says that no login was asked', async () => {
    const app = express().get(
      '/account',
      whoIs((cookie) => /who=([\w-]+)/.exec(cookie)?.[1]),
    );
    const users = NAMES.map((name) => ({ name, password: null, cookies: [`who=${name}; Path=/`], marks: [] }));
    const report = await hammered(await origin(app), { login: { kind: 'cookies' }, users, whoami: '/account' });
    expect(report.verdict).toBe('clean');
    expect(report.notCovered).toContainEqual(expect.objectContaining({ what: 'logins', mechanisms: ['M22'] }));
  });

  it('lets a function log in, which may answer headers', async () => {
    const app = express().get(
      '/account',
      (req, res) => void res.send(`Hello ${req.headers.authorization ?? 'nobody'}`),
    );
    const logIn = (_person: unknown, user: { username: string }) => ({
      headers: { Authorization: `Key ${user.username}` },
    });
    const report = await hammered(await origin(app), { login: { kind: 'module', logIn }, whoami: '/account' });
    expect(report.verdict).toBe('clean');
  });
});

function whoIs(read: (cookie: string) => string | undefined): RequestHandler {
  return (req, res) => {
    const who = read(req.headers.cookie ?? '');
    if (who === undefined) res.sendStatus(401);
    else res.send(`<h1>Hello ${who}</h1>`);
  };
}

describe('what does not count as a swap', () => {
  it('is what pages show of others on purpose, and the report says so', async () => {
    const app = personal();
    app.get('/people', requireUser as never, (req, res) => void res.json({ me: userOf(req), people: NAMES }));
    const report = await hammered(await origin(app), { routes: ['/account', '/people'] });
    expect(report).toMatchObject({ verdict: 'clean', findings: [] });
    expect(report.notCovered).toContainEqual(expect.objectContaining({ what: 'a mark of bob-q3 on GET /people' }));
  });

  it('is what changes with each request: tokens, times, messages that are shown once, ids that are made anew', async () => {
    let count = 0;
    const app = loginApp({ session: { rolling: true } });
    app.get('/account', requireUser as never, (req, res, next) => {
      const user = userOf(req);
      req.session.regenerate((error) => {
        if (error) return next(error);
        Object.assign(req.session, { user });
        const token = `token-number-${++count}-${'x'.repeat(20)}`;
        res.send(
          `<p>${new Date().toISOString()} ${count === 7 ? `Welcome ${user}` : ''}</p><input value="${token}">${user}`,
        );
      });
    });
    expect(await hammered(await origin(app))).toMatchObject({ findings: [] });
  });

  it('is being logged out: whoever was logs in again', async () => {
    let logins = 0;
    const counted: Handler = (req, _res, next) => {
      if (req.method === 'POST' && req.path === '/login') logins++;
      next();
    };
    const app = personal(loginApp({ middleware: [counted] }));
    const report = await hammered(await origin(app), { routes: ['/account', 'POST /logout'] });
    expect(report.findings).toEqual([]);
    expect(logins).toBeGreaterThan(8 + 10);
  });

  it('is being logged out, which leaves a doubt where nobody can log in again', async () => {
    const app = express();
    const ended = new Set<string>();
    const who = (req: express.Request) => /who=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
    app.post('/logout', (req, res) => void res.sendStatus(ended.add(who(req)).size > 0 ? 204 : 500));
    app.get('/account', (req, res) => void (ended.has(who(req)) ? res.sendStatus(401) : res.send(`Hello ${who(req)}`)));
    const users = NAMES.map((name) => ({ name, password: null, cookies: [`who=${name}; Path=/`], marks: [] }));
    const late = {
      routes: ['/account', 'POST /logout'],
      whoami: '/account',
      login: { kind: 'cookies' },
      users,
    } as const;
    const report = await hammered(await origin(app), late);
    expect(report).toMatchObject({
      verdict: 'cannot-tell',
      findings: [],
      summary: expect.stringMatching(/logged out/),
    });
  });
});

describe('what can not be run', () => {
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => 'ran',
      (error) => (error instanceof CannotRun ? error.message : error),
    );

  it.each<[string, HammeredOptions, RegExp]>([
    ['one user', { users: usersNamed(['ada']) }, /takes two users/],
    ['a user twice', { users: usersNamed(['ada', 'ada']) }, /The user ada is there twice/],
    ['no route', { routes: [] }, /Give a route/],
    ['too many requests', { requests: 2_000_000 }, /At most 1000000 requests/],
    [
      'a login that is not there',
      { login: { kind: 'form', path: '/nope', fields: ['a', 'b'] } },
      /4 of 4 users could not log in: ada-x7 \(it answered 404\)/,
    ],
    ['a whoami that says nothing', { whoami: '/terms' }, /can't tell the users apart: GET \/terms answers/],
  ])('%s', async (_what, options, message) => {
    expect(await refused(hammered(await origin(personal()), { patience: 1, ...options }))).toMatch(message);
  });

  it('says which users could not log in, and no password', async () => {
    const app = loginApp({
      middleware: [(req, res, next) => (req.body?.username === 'bob-q3' ? res.sendStatus(401) : next())],
    });
    const users = usersNamed(NAMES, () => 'open sesame');
    const message = await refused(hammered(await origin(personal(app)), { users }));
    expect(message).toMatch(/^1 of 4 users could not log in: bob-q3 \(it answered 401\)/);
    expect(message).not.toContain('sesame');
  });

  it('knows a login that did not work from what whoami says', async () => {
    const app = express().post('/login', (_req, res) => void res.cookie('seen', 'yes').send('Wrong password'));
    app.get('/whoami', (_req, res) => void res.json({ user: null }));
    expect(await refused(hammered(await origin(app), { patience: 1 }))).toMatch(
      /as somebody without a session \(200\)/,
    );
  });

  it('a route that never answers', async () => {
    const app = personal().get('/silent', (req) => void req.socket.destroy());
    const routes = ['/account', '/silent'];
    expect(await refused(hammered(await origin(app), { routes }))).toBe(
      'GET /silent does not answer (socket hang up). Name another --route.',
    );
  });

  it('a run that is interrupted while it still waits for the first answers', async () => {
    const interruption = new AbortController();
    const asked: string[] = [];
    const app = personal().get('/silent', ({ url }) => {
      asked.push(url);
      interruption.abort();
    });
    const run = hammered(await origin(app), { routes: ['/silent'], signal: interruption.signal });
    expect(await refused(run)).toBe('The run was interrupted before anybody could be told from anybody else.');
    expect(asked).toHaveLength(1);
  });

  it('a host that does not answer', async () => {
    expect(await refused(hammered('http://127.0.0.1:1'))).toMatch(
      /^http:\/\/127\.0\.0\.1:1 does not answer .*ECONNREFUSED/,
    );
    expect(await refused(hammered('http://192.0.2.1'))).toMatch(/is not this machine\. Add --i-own-this-host/);
  });
});

describe('a run that says nothing', () => {
  it('cannot tell, where most requests are refused', async () => {
    let open = true;
    const app = loginApp({ middleware: [(_req, res, next) => (open ? next() : res.sendStatus(503))] });
    const onProgress = (asked: number) => {
      if (asked > 0) open = false;
    };
    const report = await hammered(await origin(personal(app)), { onProgress, requests: 20 });
    expect(report).toMatchObject({
      verdict: 'cannot-tell',
      summary: expect.stringMatching(/were refused \(429, 503\)/),
    });
  });

  it('cannot tell once it was interrupted, but reports what it saw', async () => {
    const interruption = new AbortController();
    const onProgress = (asked: number) => asked > 0 && interruption.abort();
    const clean = await hammered(await origin(personal()), { onProgress, signal: interruption.signal });
    expect(clean).toMatchObject({ verdict: 'cannot-tell', summary: 'The run was interrupted.' });
    expect(clean.notCovered[0]).toMatchObject({ what: 'the rest of the plan', why: 'interrupted.' });
  });
});

it('repeats the plan of a seed, which the report names', async () => {
  const app = await origin(personal());
  const asked = async (seed: string) => {
    const { asked: kinds, replay } = await hammered(app, { seed, browsers: 4 });
    return { kinds: new Map(kinds.map(({ what, requests }) => [what, requests])), replay };
  };
  const [one, again, other] = [await asked('one'), await asked('one'), await asked('other')];
  expect(again).toEqual(one);
  expect(other.kinds).not.toEqual(one.kinds);
  expect(one.replay).toMatch(/--seed one$/);
});

it('shows no cookie and no password in a report', async () => {
  const secrets: string[] = [];
  const app = loginApp({ session: { rolling: true } });
  let current = '';
  app.get('/account', requireUser as never, (req, res) => {
    secrets.push(req.headers.cookie ?? '');
    current ||= userOf(req) ?? '';
    res.send(`<h1>${current}</h1>`);
  });
  const users = usersNamed(NAMES, (name) => `open sesame ${name}`);
  const text = JSON.stringify(await hammered(await origin(app), { users }));
  expect(JSON.parse(text)).toMatchObject({ verdict: 'swapped' });
  expect(text).not.toContain('sesame');
  const values = secrets.map((cookie) => /s%3A([^.]+)/.exec(cookie)?.[1] ?? 'none');
  expect(values.filter((value) => text.includes(value))).toEqual([]);
});

it('shows no mark that looks like a secret', async () => {
  const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');
  const app = loginApp();
  let current = '';
  app.get('/account', requireUser as never, (req, res) => {
    current ||= userOf(req) ?? '';
    res.send(`key ${keyOf(current)}`);
  });
  const users = NAMES.map((name) => ({ name, password: 'secret', cookies: null, marks: [keyOf(name)] }));
  const report = await hammered(await origin(app), { users });
  expect(report.verdict).toBe('swapped');
  expect(report.findings[0]?.leak?.excerpt).toMatch(/^key sha256:[0-9a-f]{12}$/);
});

it('loads what belongs to a page all through the plan', async () => {
  let loaded = 0;
  const app = loginApp();
  app.get(
    '/account',
    requireUser as never,
    (req, res) => void res.send(`<script src="/app.js"></script>${userOf(req)}`),
  );
  app.get('/app.js', (_req, res) => void res.type('js').send(`${++loaded}`));
  await hammered(await origin(app));
  // The baseline loads it once for each user.
  expect(loaded).toBeGreaterThan(NAMES.length);
});
