/** An app that does not answer the probe: what two browsers with empty jars can tell. */
import { randomBytes } from 'node:crypto';
import express, { type Express } from 'express';
import session from 'express-session';
import { runDoctor } from '../../../../lib/cli/doctor/run-doctor.js';
import { type CacheRules, type CachingProxy, startCachingProxy } from '../../../helpers/caching-proxy.js';

const running: CachingProxy[] = [];
afterEach(() => Promise.all(running.splice(0).map((proxy) => proxy.close())));

const PAGE =
  '<link rel="stylesheet" href="/a.css"><script src="/web/script.js?v=1"></script><img src="//elsewhere.test/x.png">';

function shop(): Express {
  const app = express();
  app.use(session({ secret: 'x', resave: false, saveUninitialized: true }));
  app.get('/', (_req, res) => void res.set('Cache-Control', 'private').send(PAGE));
  app.get('/web/script.js', (_req, res) => void res.type('js').send('1'));
  app.get('/a.css', (_req, res) => void res.type('css').send(''));
  return app;
}

function files(setCookie: (path: string) => string | null): Express {
  const app = express();
  app.use((req, res, next) => {
    const cookie = setCookie(req.path);
    if (cookie !== null) res.set('Set-Cookie', cookie);
    next();
  });
  app.get('/', (_req, res) => void res.set('Cache-Control', 'private').send(PAGE));
  app.use((_req, res) => void res.set('Cache-Control', 'private').send('1'));
  return app;
}

async function diagnose(app: Express, rules: CacheRules) {
  const proxy = await startCachingProxy(app, rules, () => 0);
  running.push(proxy);
  const report = await runDoctor({ url: `${proxy.origin}/`, limits: { seconds: 600 } });
  return {
    report,
    found: report.findings.map(({ certainty, mechanism, title }) => `${certainty} ${mechanism} ${title}`),
  };
}

it('proves a session cookie that is replayed with the page, and with the files that set it', async () => {
  const { report, found } = await diagnose(shop(), { key: ['query'] });
  expect(report.verdict).toBe('swapped');
  expect(found.slice(0, 3)).toEqual([
    'proved M12 two browsers without cookies were given the same connect.sid (GET /)',
    'proved M12 two browsers without cookies were given the same connect.sid (GET /a.css)',
    'proved M12 two browsers without cookies were given the same connect.sid (GET /web/script.js)',
  ]);
  expect(report.findings[0]?.exchanges).toHaveLength(4);
  expect(JSON.stringify(report)).not.toMatch(/s%3A/);
});

it('asks new paths where the cache leaves the query out of its key', async () => {
  expect((await diagnose(shop(), { path: /^\/$/ })).found[0]).toContain('proved M12');
});

it('can not tell behind a good cache, and warns of files that set cookies', async () => {
  const { report, found } = await diagnose(shop(), { obeys: true, path: /^\/$/ });
  expect(report.verdict).toBe('cannot-tell');
  expect(found).toEqual([
    'warning M12 /a.css looks like a file and sets the cookie connect.sid',
    'warning M12 /web/script.js looks like a file and sets the cookie connect.sid',
  ]);
  expect(report.notCovered[0]?.why).toContain('does not answer the probe');
});

it.each<[string, (path: string) => string | null]>([
  ['the same for everybody', () => 'token=0123456789abcdef0123456789abcdef; Path=/'],
  ['short', () => 'lang=en'],
  ['harmless by name', () => `_ga=GA1.1.${randomBytes(12).toString('hex')}`],
  ['expiring', () => 'sid=0123456789abcdef0123456789abcdef; Max-Age=0'],
  ['new on the page alone', (path) => (path === '/' ? `sid=${randomBytes(16).toString('hex')}` : null)],
])('takes no cookie for a proof that is %s', async (_what, setCookie) => {
  const { report } = await diagnose(files(setCookie), { key: ['query'], path: /^\/(?:a.css)?$/, onlyWithQuery: true });
  expect([report.verdict, report.findings.filter(({ certainty }) => certainty === 'proved')]).toEqual([
    'cannot-tell',
    [],
  ]);
});

it('warns of what causes swaps', async () => {
  const app = express();
  app.get('/', (_req, res) => {
    res.set('Date', new Date(0).toUTCString());
    res.set('Set-Cookie', `sid=${randomBytes(16).toString('hex')}; Domain=app.test`).send('x');
  });
  const { found } = await diagnose(app, { keepsNothing: true });
  expect(found).toEqual([
    'warning M13 / sets the cookie sid and says nothing of caches',
    'warning M24 the cookie sid goes to every host of app.test',
    expect.stringMatching(/^warning M13 the clock of 127\.0\.0\.1:\d+ and this one are \d+ s apart$/),
  ]);
});

it('follows a redirect within the site, and none that leads away', async () => {
  const app = express();
  app.get('/', (_req, res) => res.redirect('/in'));
  app.get('/in', (_req, res) => res.redirect('http://elsewhere.test/'));
  const { report } = await diagnose(app, { keepsNothing: true });
  expect(report.requests).toBe(1 + 2 + 2);
  expect(report.verdict).toBe('cannot-tell');
});
