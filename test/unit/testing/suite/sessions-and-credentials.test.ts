/** What the suite says of sessions and credentials beside the twins: its hooks, what it can't ask, what is no finding. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request } from 'express';
import session from 'express-session';
import { type Person, type Report, runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { type Handler, loginApp, userOf } from '../../../twins/login-app.js';

// Hundreds of requests each: seconds, where other things run beside.
jest.setTimeout(60_000);

const MINE: NonNullable<SuiteOptions['mechanisms']> = ['M20', 'M21', 'M22', 'M23', 'M24', 'M25'];
const ORDINARY = { login: '/login', whoami: '/whoami', routes: ['/page'], mechanisms: MINE };

function ordinaryApp() {
  const app = loginApp();
  app.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
  return app;
}

const run = (options: Partial<SuiteOptions>) => runSwapSuite({ app: ordinaryApp, ...ORDINARY, ...options });
const found = ({ findings }: Report) => findings.map(({ mechanism, certainty }) => `${mechanism} ${certainty}`);
const why = ({ notCovered }: Report, what: RegExp) => notCovered.find((one) => what.test(one.what))?.why;

it('finds nothing in an ordinary app, and says what it could not ask', async () => {
  const report = await run({});
  expect(found(report)).toEqual([]);
  expect(why(report, /API tokens/)).toMatch(/tokens: \{ create, verify, touch \}/);
  expect(why(report, /links of mails/)).toMatch(/^give links/);
  expect(why(report, /another host/)).toMatch(/^give also/);
});

it('says so where nobody can log out', async () => {
  const report = await run({ logout: 'POST /no-such-route' });
  expect(why(report, /cookies from before a logout/)).toMatch(/there is no logout/);
});

it('takes a POST that answers everything for no logout', async () => {
  const app = () => {
    const made = loginApp({ before: [(req, res, next) => (req.path === '/logout' ? res.send('shell') : next())] });
    made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
    return made;
  };
  const report = await run({ app });
  expect(found(report)).toEqual([]);
  expect(why(report, /cookies from before a logout/)).toMatch(/logged nobody out/);
  expect(found(await run({ app, logout: 'POST /logout' }))).toEqual(['M21 proved']);
});

it('tries tokens that it is given', async () => {
  const good = new Map<string, number>();
  const tokens = (uses: number): NonNullable<SuiteOptions['tokens']> => ({
    create: async () => {
      good.set('secret', 0);
      return 'secret';
    },
    verify: async (secret) => {
      const used = good.get(secret);
      if (used !== undefined) good.set(secret, used + 1);
      return used !== undefined && used < uses;
    },
  });
  expect(found(await run({ tokens: tokens(Number.POSITIVE_INFINITY) }))).toEqual([]);
  expect(found(await run({ tokens: tokens(2) }))).toEqual(['M20 proved']);
});

it('looks through records that it is given', async () => {
  const users = [
    { username: 'anna', password: 'a' },
    { username: 'bert', password: 'b' },
  ];
  const other = ({ user }: Person) => ({ name: user.username === 'anna' ? 'bert' : 'anna' });
  expect(found(await run({ users, records: ({ user }) => user }))).toEqual([]);
  expect(found(await run({ users, records: other }))).toEqual(['M25 proved']);
});

it('asks another app that runs elsewhere', async () => {
  const other = createServer(ordinaryApp());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  try {
    expect(found(await run({ also: [url] }))).toEqual([]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

it('takes a host that an app writes into its links for no tenant', async () => {
  const app = () => {
    const made = loginApp();
    const host: Handler = (req) => req.get('X-Forwarded-Host') ?? req.get('Host');
    const only: Handler = (req, res, next) => (req.get('Host')?.startsWith('127.') ? next() : res.sendStatus(404));
    made.get(
      '/page',
      only as never,
      (req, res, next) => void res.send(`http://${host(req, res, next)}/${userOf(req)}`),
    );
    return made;
  };
  const whoami = async (person: Person) => String((await person.get('/page')).answer?.body);
  expect(found(await run({ app, whoami, also: ['b.example.com'] }))).toEqual([]);
});

describe('finds', () => {
  it('a session that a guest was given for what was sent', async () => {
    const app = () => {
      const held = new Map<string, { user?: string }>();
      const made = express();
      const idOf = (req: Request) => /sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
      const ofAll = (req: Request, res: express.Response) => {
        const isGuests = held.has(idOf(req)) && held.get(idOf(req))?.user === undefined;
        const id = isGuests ? idOf(req) : randomUUID();
        if (!isGuests) held.set(id, {});
        res.cookie('sid', id);
        return held.get(id) as { user?: string };
      };
      made.post('/basket', (req, res) => void res.json({ basket: ofAll(req, res) !== undefined }));
      made.post('/login', express.urlencoded({ extended: false }), (req, res) => {
        ofAll(req, res).user = String(req.body.username);
        res.sendStatus(204);
      });
      made.post('/logout', (req, res) => void res.sendStatus(held.delete(idOf(req)) ? 204 : 404));
      made.get(['/whoami', '/page'], (req, res) => void res.json({ user: held.get(idOf(req))?.user ?? null }));
      return made;
    };
    const users = ['anna', 'bert'].map((username) => ({ username, password: 'p' }));
    const { findings } = await run({ app, users, routes: ['/page', 'POST /basket'], mechanisms: ['M22'] });
    expect(findings.map(({ owner, receiver }) => [owner, receiver])).toEqual([['anna', null]]);
  });

  it('ids of the clock, where the form of one session is refused in the other', async () => {
    const app = () => {
      const forms = new Map<string, string>();
      const genid = () => createHash('md5').update(`${Date.now()}`).digest('hex');
      const made = loginApp({
        session: { genid, saveUninitialized: true },
        middleware: [
          (req, res, next) => {
            const isWrong = req.path === '/login' && forms.get(req.sessionID) !== req.body?.form;
            return req.method === 'POST' && isWrong ? res.sendStatus(403) : next();
          },
          ({ method, path, sessionID }, res, next) => {
            if (method !== 'GET' || path !== '/login') return next();
            // The first form stays the one of the session.
            const form = randomUUID();
            if (!forms.has(sessionID)) forms.set(sessionID, form);
            res.send(
              `<form method="post"><input type="hidden" name="form" value="${form}"><input name="username"><input name="password" type="password"></form>`,
            );
          },
        ],
      });
      made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
      return made;
    };
    const users = ['anna', 'bert'].map((username) => ({ username, password: 'p' }));
    expect(found(await run({ app, users, mechanisms: ['M22'] }))).toEqual(['M22 proved']);
  });

  it.each([
    ['people of its own', true, ['M24 proved']],
    ['a store of its own', false, []],
  ])('a session that counts as somebody else at an app with %s', async (_name, shared, expected) => {
    const store = new session.MemoryStore();
    const make = (people: Record<string, string>, sessions: session.Store) => {
      const made = express();
      made.use(session({ secret: 'of both', resave: false, saveUninitialized: false, store: sessions }));
      const nameOf = (req: Request) => people[(req.session as unknown as { number?: string }).number ?? ''];
      made.post('/login', express.urlencoded({ extended: false }), (req, res) => {
        const number = Object.keys(people).find((one) => people[one] === req.body.username);
        Object.assign(req.session, { number });
        res.sendStatus(204);
      });
      made.get(
        ['/whoami', '/page'],
        (req, res) => void res.status(nameOf(req) ? 200 : 401).json({ user: nameOf(req) }),
      );
      return made;
    };
    const users = ['anna', 'bert'].map((username) => ({ username, password: 'p' }));
    const app = () => make({ '1': 'anna', '2': 'bert' }, store);
    const other = make({ '1': 'olga', '2': 'hans' }, shared ? store : new session.MemoryStore());
    expect(found(await run({ app, users, also: [other], mechanisms: ['M24'] }))).toEqual(expected);
  });

  it.each([
    ['says only a number', {}, ['M24 proved']],
    ['says for which tenant it is', { bound: true }, []],
    ['says only a number, where the page is for all to see', { open: true }, []],
  ])(
    'a session that is somebody else at another tenant, and %s',
    async (_name, { bound, open }: { bound?: boolean; open?: boolean }, expected) => {
      const users = ['anna', 'bert'].map((username) => ({ username, password: 'p' }));
      const tenants = { home: ['anna', 'bert'], 'b.example.com': ['bert', 'anna'] };
      const app = () => {
        const made = express();
        made.use(session({ secret: 's', resave: false, saveUninitialized: false }));
        const tenantOf = (req: Request) => (req.hostname === 'b.example.com' ? req.hostname : 'home');
        const nameOf = (req: Request) => {
          const { number = -1, tenant } = req.session as unknown as { number?: number; tenant?: string };
          if (open && tenantOf(req) !== 'home') return 'bert';
          return bound && tenant !== tenantOf(req) ? undefined : tenants[tenantOf(req)][number];
        };
        made.post('/login', express.urlencoded({ extended: false }), (req, res) => {
          const tenant = tenantOf(req);
          Object.assign(req.session, { number: tenants[tenant].indexOf(req.body.username), tenant });
          res.sendStatus(204);
        });
        return made.get(
          ['/whoami', '/page'],
          (req, res) => void res.status(nameOf(req) ? 200 : 401).json({ user: nameOf(req) }),
        );
      };
      expect(found(await run({ app, users, also: ['b.example.com'], mechanisms: ['M24'] }))).toEqual(expected);
    },
  );

  it('a cookie for one route only that still renews the session after the logout', async () => {
    const app = () => {
      const renewals = new Map<string, string>();
      const made = loginApp({
        middleware: [
          (req, res, next) => {
            if (req.method === 'POST' && req.path === '/login') {
              const token = randomUUID();
              renewals.set(token, String(req.body.username));
              res.cookie('renewal', token, { path: '/renew', httpOnly: true });
            }
            next();
          },
        ],
      });
      made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
      made.post('/renew', (req, res) => {
        const user = renewals.get(/renewal=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '');
        if (user === undefined) return void res.sendStatus(401);
        Object.assign(req.session, { user });
        res.sendStatus(204);
      });
      return made;
    };
    expect(found(await run({ app, routes: ['/page', 'POST /renew'] }))).toEqual(['M21 proved']);
  });

  it('a cookie that remembers, and is not forgotten by a logout', async () => {
    const remembered = new Map<string, string>();
    const app = () => {
      const made = loginApp({
        middleware: [
          (req, res, next) => {
            if (req.method === 'POST' && req.path === '/login') {
              const token = randomUUID();
              remembered.set(token, String(req.body.username));
              res.cookie('remember', token);
            }
            next();
          },
        ],
      });
      made.get('/page', (req, res) => {
        const token = /remember=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
        res.json({ page: userOf(req) ?? remembered.get(token) ?? null });
      });
      return made;
    };
    const whoami = async (person: Person) => String((await person.get('/page')).answer?.body);
    expect(found(await run({ app, whoami }))).toEqual(['M21 proved']);
  });

  it('a cookie that is a hash of who it is', async () => {
    const sessions = new Map<string, string>();
    const app = () => {
      const made = express();
      const cookieOf = (req: Request) => /sid=(\w+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
      made.post('/login', express.urlencoded({ extended: false }), (req, res) => {
        const id = createHash('md5').update(String(req.body.username)).digest('hex');
        sessions.set(id, String(req.body.username));
        res.cookie('sid', id).sendStatus(204);
      });
      made.post('/logout', (req, res) => {
        sessions.delete(cookieOf(req));
        res.clearCookie('sid').sendStatus(204);
      });
      made.get(['/whoami', '/page'], (req, res) => void res.json({ user: sessions.get(cookieOf(req)) ?? null }));
      return made;
    };
    expect(found(await run({ app }))).toEqual(['M22 proved']);
  });

  it('what the user before has left in a cookie of its own', async () => {
    const app = () => {
      const made = loginApp();
      made.get('/recent', (req, res) => {
        const before = /recent=([^;]*)/.exec(req.headers.cookie ?? '')?.[1] ?? null;
        if (userOf(req) !== undefined) res.cookie('recent', `seen-by-${userOf(req)}`);
        res.json({ of: userOf(req) ?? null, before });
      });
      return made;
    };
    expect(found(await run({ app, routes: ['/recent'], mechanisms: ['M22', 'M28'] }))).toEqual(['M28 proved']);
  });

  it('the logout that is a link', async () => {
    const app = () => {
      const made = loginApp({
        middleware: [(req, res, next) => (req.path === '/logout' ? res.sendStatus(404) : next())],
      });
      made.get('/page', (req, res) => void res.send(`${userOf(req)} <a href="/auth/sign-out?now=1">Leave</a>`));
      made.get('/auth/sign-out', (_req, res) => void res.clearCookie('connect.sid').redirect('/page'));
      return made;
    };
    expect(found(await run({ app }))).toEqual(['M21 proved']);
  });

  it('a session that is written back after the logout', async () => {
    const app = () => {
      const store = new session.MemoryStore();
      const touched = new Map<string, readonly [since: number, saved: session.SessionData]>();
      const save = () => {
        for (const [id, [since, saved]] of touched) {
          if (Date.now() - since < 300) continue;
          touched.delete(id);
          store.set(id, saved);
        }
      };
      setInterval(save, 20).unref();
      const made = loginApp({
        session: { store },
        middleware: [
          (req, _res, next) => {
            if (req.method === 'GET' && userOf(req)) touched.set(req.sessionID, [Date.now(), req.session as never]);
            next();
          },
        ],
      });
      made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
      return made;
    };
    expect(found(await run({ app }))).toEqual(['M21 proved']);
  });

  it('a session that two logins in the same second share, once', async () => {
    const app = () => {
      const made = loginApp({ session: { genid: () => 'this-hour' } });
      made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
      return made;
    };
    const { findings } = await runSwapSuite({
      app,
      login: '/login',
      whoami: '/whoami',
      routes: ['/page'],
      mechanisms: ['M1', 'M6', 'M22'],
    });
    expect(findings.map(({ mechanism }) => mechanism)).toEqual(['M22']);
  });

  it.each([
    ['a number', (req: Request) => ['', 'anna', 'bert'][Number(req.get('X-User-Id') ?? 0)]],
    ['an address', (req: Request) => /^(\w+)@/.exec(req.get('X-Forwarded-Email') ?? '')?.[1]],
  ])('a header that names somebody by %s', async (_name, named) => {
    const users = ['anna', 'bert'].map((username) => ({ username, password: 'p', email: `${username}@example.com` }));
    const app = () => {
      const made = loginApp();
      made.get('/page', (req, res) => {
        const user = userOf(req) ?? named(req);
        if (user) res.json({ page: user });
        else res.sendStatus(401);
      });
      return made;
    };
    expect(found(await run({ app, users }))).toEqual(['M24 proved']);
  });

  it.each([
    ['another host', true, ['M24 proved']],
    ['its own host alone', false, []],
  ])('a session that counts at %s', async (_name, anywhere, expected) => {
    const app = () => {
      const made = loginApp({
        middleware: [
          (req, res, next) => {
            const held = req.session as unknown as { at?: string };
            held.at ??= req.get('Host') ?? '';
            return anywhere || held.at === req.get('Host') ? next() : res.sendStatus(403);
          },
        ],
      });
      made.get('/page', (req, res) => void res.json({ page: userOf(req) ?? null }));
      return made;
    };
    const login: SuiteOptions['login'] = async (person, { username, password }) => {
      const headers = { Host: `${username.slice(0, 3)}.example.com` };
      await person.post('/login', { username, password }, headers);
      return { headers };
    };
    expect(found(await run({ app, login }))).toEqual(expected);
  });
});
