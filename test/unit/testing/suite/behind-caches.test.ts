/** What the suite says of caches and browsers, beside the twins: what is no finding, what is a warning, what it remarks on. */
import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import { type Report, runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { type LoginAppOptions, loginApp, userOf } from '../../../twins/login-app.js';

// Hundreds of requests each: seconds, where other things run beside.
jest.setTimeout(60_000);

const CACHES: NonNullable<SuiteOptions['mechanisms']> = ['M11', 'M12', 'M13', 'M14', 'M15', 'M28'];

interface Asked extends LoginAppOptions {
  readonly routes?: (app: Express) => unknown;
  readonly path?: string;
  readonly users?: SuiteOptions['users'];
}

function ask({ routes = () => {}, path = '/page', users, ...options }: Asked): Promise<Report> {
  const app = () => {
    const made = loginApp(options);
    routes(made);
    return made;
  };
  return runSwapSuite({
    app,
    login: '/login',
    whoami: '/whoami',
    routes: [path],
    mechanisms: CACHES,
    ...(users && { users }),
  });
}

const found = ({ findings }: Report) => findings.map(({ mechanism, certainty }) => `${mechanism} ${certainty}`);

describe('is no finding', () => {
  it.each<[string, Asked]>([
    [
      'a cookie that is the same for everybody, on a public page',
      {
        routes: (app) =>
          app.get(
            '/page',
            (_req, res) => void res.cookie('lang', 'en').set('Cache-Control', 'public, max-age=60').send('News'),
          ),
      },
    ],
    [
      'a cookie that is taken away',
      {
        routes: (app) =>
          app.get(
            '/page',
            (_req, res) => void res.clearCookie('old').set('Cache-Control', 'public, max-age=60').send('News'),
          ),
      },
    ],
    [
      'a public page',
      {
        routes: (app) =>
          app.get('/page', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('News')),
      },
    ],
    [
      'a private file',
      {
        path: '/bill.pdf',
        routes: (app) => app.get('/bill.pdf', (req, res) => void res.type('pdf').send(`Bill of ${userOf(req)}`)),
      },
    ],
    [
      'a private page that the browser may keep, where the logout clears it',
      {
        cacheControl: 'private, max-age=60',
        middleware: [
          (req, res, next) => {
            if (req.path === '/logout') res.set('Clear-Site-Data', '"cache"');
            next();
          },
        ],
        routes: (app) => app.get('/page', (req, res) => void res.send(`Page of ${userOf(req)}`)),
      },
    ],
  ])('%s', async (_name, asked) => {
    expect(found(await ask(asked))).toEqual([]);
  });
});

describe('is a warning', () => {
  it('a secret that the visitors of a public page share', async () => {
    const routes = (app: Express) => {
      app.get('/page', (_req, res) => {
        res
          .cookie('_csrf', randomBytes(18).toString('base64url'))
          .set('Cache-Control', 'public, max-age=60')
          .send('Write to us');
      });
    };
    expect(found(await ask({ routes }))).toEqual(['M12 warning']);
  });

  it('a session that visitors share where a page says nothing about caching', async () => {
    const routes = (app: Express) =>
      app.get('/page', (_req, res) => {
        res.removeHeader('Cache-Control');
        res.send('News');
      });
    expect(found(await ask({ session: { saveUninitialized: true }, routes }))).toEqual(['M12 warning']);
  });

  it('a private page without no-store', async () => {
    const routes = (app: Express) => app.get('/page', (req, res) => void res.send(`Page of ${userOf(req)}`));
    expect(found(await ask({ cacheControl: 'private', routes }))).toEqual(['M28 warning']);
  });
});

describe('caches that take no notice of headers', () => {
  const personal = (app: Express) => app.get('/page', (req, res) => void res.send(`Page of ${userOf(req)}`));

  it('are remarked on where they gave a body away, which no app can help', async () => {
    const report = await ask({ routes: personal });
    expect(report.ok).toBe(true);
    const remark = report.notCovered.find(({ what }) => what.startsWith('bodies of'));
    expect(remark?.what).toMatch(
      /^bodies of \/page, \/whoami behind caches that take no notice of headers \(2 min-ttl/,
    );
    expect(remark?.why).toMatch(/no header of any app/);
  });

  const rolling = { session: { rolling: true, cookie: { maxAge: 60_000 } } };

  it('are a warning where they gave a session away against all that a page can say', async () => {
    const report = await ask({ ...rolling, routes: personal });
    expect(found(report)).toEqual(['M12 warning']);
    expect(report.findings[0]?.detail).toMatch(/must not be kept/);
  });

  it('are a finding where they gave the session in a file away', async () => {
    const routes = (app: Express) => app.get('/page.js', (_req, res) => void res.type('js').send('go();'));
    expect(found(await ask({ ...rolling, routes, path: '/page.js' }))).toEqual(['M12 proved']);
  });

  it('are a finding where they gave a session away, which an app can help', async () => {
    const routes = (app: Express) => {
      app.get('/page', (_req, res) => {
        res.removeHeader('Cache-Control');
        res.send('News');
      });
    };
    const report = await ask({ ...rolling, routes });
    expect(found(report)).toEqual(['M12 proved']);
    expect(report.findings[0]?.detail).toMatch(/heed nothing: 2 min-ttl, 8 emergency, 13 s-maxage/);
    expect(report.findings[0]?.leak).toMatchObject({
      where: 'cookie',
      name: 'connect.sid',
      excerpt: expect.stringMatching(/=sha256:/),
    });
  });
});

it('says once what is forgotten on many pages, with the caches that it was tried behind', async () => {
  const routes = (app: Express) => app.get('/page', (req, res) => void res.send(`Page of ${userOf(req)}`));
  const { findings } = await ask({ cacheControl: null, routes });
  const shared = findings.filter(({ mechanism }) => mechanism === 'M11');
  expect(shared).toHaveLength(1);
  expect(shared[0]?.detail).toMatch(/It says nothing about caching.*4 default-on.*The same on \/whoami\.$/);
  expect(shared[0]?.exchanges.map(({ asker }) => asker)).toEqual(['ada', 'bob']);
});

it('asks everybody, as what a page says may hang on who somebody is', async () => {
  const users = ['anna', 'bert', 'cleo'].map((name) => ({ username: `${name}.of.it`, password: 'p' }));
  const routes = (app: Express) =>
    app.get('/page', (req, res) => {
      const user = userOf(req) ?? '';
      if (user === users[1]?.username) res.set('Cache-Control', 's-maxage=60');
      res.send(`Page of ${user}`);
    });
  const { findings } = await ask({ routes, users });
  expect(findings.map(({ mechanism, owner }) => `${mechanism} of ${owner}`)).toEqual(['M13 of bert.of.it']);
  expect(findings[0]?.detail).toMatch(/the same page says to another user that it is private/);
});

describe('a session cookie that a public page sets seldom is found', () => {
  /** Of a session that says itself whose it is, and since when. */
  const sealed = (isDue: (seen: string, since: number) => boolean): Asked => ({
    middleware: [
      (req, res, next) => {
        const user = userOf(req);
        const [seen = '', since] = /mark=(\w*)\.(\d+)/.exec(req.headers.cookie ?? '')?.slice(1) ?? [];
        const id = /connect.sid=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
        if (user && req.path === '/page' && isDue(seen, Number(since ?? 0)))
          res.setHeader('Set-Cookie', [`mark=x.${Date.now()}`, `connect.sid=${id}; HttpOnly`]);
        if (req.path === '/login' && req.method === 'POST') res.setHeader('Set-Cookie', `mark=.${Date.now()}`);
        next();
      },
    ],
    routes: (app) => app.get('/page', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('News')),
  });

  it.each<[string, Asked, RegExp]>([
    ['the first time', sealed((seen) => seen === ''), /had just begun/],
    ['some time after the login', sealed((_seen, since) => Date.now() - since > 300_000), /was half an hour old/],
  ])('%s', async (_name, asked, age) => {
    const report = await ask(asked);
    expect(found(report)).toEqual(['M12 proved']);
    expect(report.findings[0]?.detail).toMatch(age);
  });
});

describe('is named by what it is', () => {
  const json = (app: Express, path: string) => app.get(path, (req, res) => void res.json({ of: userOf(req) }));

  it('a page of an error with a lifetime of its own, where others are private', async () => {
    const routes = (app: Express) => {
      json(app, '/page');
      app.use((req, res) => {
        res
          .status(404)
          .set('Cache-Control', 'public, max-age=60')
          .send(`<p>${userOf(req) ?? ''}: nothing here`);
      });
    };
    expect(found(await ask({ routes }))).toEqual(['M13 proved']);
  });

  it('a script for everybody that names its user', async () => {
    const routes = (app: Express) => {
      app.get('/page', (req, res) => {
        res
          .set('Cache-Control', 'public, max-age=60')
          .type('js')
          .send(`var user = "${userOf(req) ?? ''}";`);
      });
    };
    expect(found(await ask({ routes }))).toEqual(['M14 proved']);
  });

  it('a lifetime for all that is answered, once', async () => {
    const routes = (app: Express) => app.get('/page', (req, res) => void res.type('html').send(`<p>${userOf(req)}`));
    const report = await ask({ cacheControl: 'public, max-age=60', routes });
    expect(found(report)).toEqual(['M11 proved']);
  });

  it('data of a user with a lifetime, where others are private', async () => {
    const routes = (app: Express) => {
      app.get('/payslip', (req, res) => {
        res.set('Cache-Control', 'public, max-age=60').status(userOf(req) ? 200 : 401);
        res.type('text').send(`payslip of ${userOf(req)}`);
      });
    };
    expect(found(await ask({ routes, path: '/payslip' }))).toEqual(['M11 proved']);
  });

  it.each<[string, (app: Express) => unknown]>([
    [
      'which is private only as data',
      (app) =>
        app.get('/page', (req, res) => {
          const isData = req.get('Accept')?.includes('json') ?? false;
          res.set('Cache-Control', isData ? 'private, no-store' : 'public, max-age=60').send(`<p>${userOf(req)}`);
        }),
    ],
    [
      'which is private only if it is not sent in pieces',
      (app) => {
        app.get('/page', (req, res) => {
          res.removeHeader('Cache-Control');
          res.writeHead(200, { 'Content-Type': 'text/plain' }).write(`Page of ${userOf(req)}`);
          res.end();
        });
      },
    ],
  ])('what is said of caching by the way, %s', async (_name, routes) => {
    expect(found(await ask({ routes }))).toEqual(['M13 proved']);
  });

  it('what is said before a cookie that remembers is looked at', async () => {
    const app = () => {
      const remembered = new Map<string, string>();
      const made = loginApp({
        middleware: [
          (req, res, next) => {
            if (req.method === 'POST' && req.path === '/login') {
              const token = randomBytes(9).toString('hex');
              remembered.set(token, String(req.body.username));
              res.cookie('remember', token);
            }
            if (userOf(req) === undefined) res.set('Cache-Control', 'public, max-age=60');
            next();
          },
        ],
      });
      made.get('/page', (req, res) => {
        const token = /remember=(\w+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
        res.send(`Page of ${userOf(req) ?? remembered.get(token) ?? 'everybody'}`);
      });
      return made;
    };
    const whoami: SuiteOptions['whoami'] = async (person) => String((await person.get('/page')).answer?.body);
    const report = await runSwapSuite({ app, login: '/login', whoami, routes: ['/page'], mechanisms: CACHES });
    expect(found(report)).toEqual(['M13 proved']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['Pragma, which caches do not read', { Pragma: 'no-cache' }],
    ['a Vary that names no header of theirs', { 'Cache-Control': 'public, max-age=60', Vary: 'Cookies' }],
    ['a word that is misspelt', { 'Cache-Control': 'no_store, max-age=60' }],
  ])('%s', async (_name, headers) => {
    const before: LoginAppOptions['before'] = [
      (_req, res, next) => {
        res.set(headers);
        next();
      },
    ];
    const report = await ask({ cacheControl: null, before, routes: (app) => json(app, '/page') });
    expect(found(report)).toEqual(['M13 proved']);
  });

  it('data for everybody that names its user', async () => {
    const routes = (app: Express) => {
      const settings = { api: '/v2', languages: ['en', 'de', 'pl'], checkout: 'new', user: null as unknown };
      app.get('/page', (req, res) => {
        res.set('Cache-Control', 'public, max-age=60').json({ ...settings, user: userOf(req) ?? null });
      });
    };
    expect(found(await ask({ routes }))).toEqual(['M14 proved']);
  });

  it('the icon that browsers ask for by themselves, with the session', async () => {
    const routes = (app: Express) => {
      app.get('/favicon.ico', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('icon'));
      json(app, '/page');
    };
    const session = { rolling: true, cookie: { maxAge: 60_000 } };
    expect(found(await ask({ session, routes }))).toEqual(['M12 proved']);
  });
});
