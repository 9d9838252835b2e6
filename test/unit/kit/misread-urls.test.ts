/** Web cache deception: what a cache could file under the name of a static file, or of another page. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookieParser from 'cookie-parser';
import express from 'express';
import type { SwapproofOptions } from '../../../lib/options.js';
import {
  type App,
  answerMe,
  FRAMEWORKS,
  type Framework,
  type Handler,
  type Kit,
  type KitApp,
  parameter,
  startKit,
} from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';
import { type Exchange, rawExchange, requestBytes } from '../../helpers/raw-exchange.js';

interface Asked {
  readonly method?: string;
  readonly headers?: readonly string[];
}

interface Visit {
  readonly app: KitApp;
  /** Asks as alice, by any request target. */
  ask(target: string, asked?: Asked): Promise<Exchange>;
  askAsNobody(target: string, asked?: Asked): Promise<Exchange>;
}

/** Whatever the path: who asks. */
const catchAll = (app: App, sessions: Kit) => app.use(answerMe(sessions));

async function aliceVisits({
  options = {},
  routes = catchAll,
  framework = 'express 5',
  before,
}: {
  options?: Partial<SwapproofOptions>;
  routes?: (app: App, sessions: Kit) => void;
  framework?: Framework;
  before?: (app: App) => void;
} = {}): Promise<Visit> {
  const login = (app: App, sessions: Kit) => {
    app.on('POST', '/login', async (req, res) => {
      await sessions.of(req).start(parameter(req, 'as'));
      res.end('in');
    });
    routes(app, sessions);
  };
  const app = await startKit({
    environment: 'production',
    framework,
    options,
    routes: login,
    ...(before && { before }),
  });
  const alice = app.browser();
  await alice.login('alice');
  const cookie = `Cookie: ${alice.cookie(alice.held)}; theme=dark`;
  const ask = (target: string, { method = 'GET', headers = [] }: Asked = {}) =>
    rawExchange(app.handler, requestBytes(method, target, headers));
  return {
    app,
    ask: (target, { method = 'GET', headers = [] } = {}) => ask(target, { method, headers: [cookie, ...headers] }),
    askAsNobody: ask,
  };
}

const subjectIn = ({ body }: Exchange) => (JSON.parse(body) as { subject: string | null }).subject;
const reported = ({ app }: Visit) =>
  app.events.filter(({ code }) => code !== 'session.started').map(({ code, severity }) => `${code} ${severity}`);

const STATIC = ['/me/x.css', '/me/x.CSS', '/me/.css', '/me/a.b.js', '/me/x.%63ss', '/me/%78.pdf?a=b', '/me/a@b.zip'];
const AMBIGUOUS = [
  ...[
    '/me;x.css',
    '/me;x',
    '/me%2Fx.css',
    '/me%2fx',
    '/me%3bx',
    '/me%00.css',
    '/me%0a',
    '/me%5cx',
    '/me\\x',
    '/me%23x',
  ],
  ...[
    '/me%3Fx',
    '/static/..%2fme',
    '/static/../me',
    '/static/%2e%2e/me',
    '/./me',
    '/me%252f',
    '/me//x',
    '//me',
    '/me%ff',
  ],
];
const PLAIN = [
  '/me',
  '/me/',
  '/users/john@example.com',
  '/v1.2/me',
  '/me/x.html',
  '/me.json',
  '/x.css/me',
  '/me?x.css=;',
];

describe.each(FRAMEWORKS)('%s, by default', (framework) => {
  it.each(STATIC)('%s is answered as anonymous, private, without a word on stderr', async (target) => {
    const visit = await aliceVisits({ framework });
    const answer = await visit.ask(target);
    expect(subjectIn(answer)).toBeNull();
    expect(answer.all('cache-control')).toEqual([PACKED]);
    expect(answer.all('set-cookie')).toEqual([]);
    expect(answer.all('server-timing')).toEqual([]);
    expect(reported(visit)).toEqual(['url.ambiguous info']);
  });

  it.each(AMBIGUOUS)('%s is answered as anonymous, private, with a warning', async (target) => {
    const visit = await aliceVisits({ framework });
    const answer = await visit.ask(target);
    expect(subjectIn(answer)).toBeNull();
    expect(answer.all('cache-control')).toEqual([PACKED]);
    expect(reported(visit)).toEqual(['url.ambiguous warn']);
  });

  it.each(PLAIN)('%s is what it is', async (target) => {
    const visit = await aliceVisits({ framework });
    expect(subjectIn(await visit.ask(target))).toBe('alice');
    expect(reported(visit)).toEqual([]);
  });
});

describe('by method', () => {
  it.each(['HEAD', 'QUERY'])('%s is as GET', async (method) => {
    const visit = await aliceVisits({
      routes: (app, sessions) =>
        app.use((req, res) => void res.setHeader('X-Subject', `${sessions.of(req).subject}`).end()),
    });
    for (const [target, subject] of [
      ['/me/x.css', 'null'],
      ['/me;x', 'null'],
      ['/me', 'alice'],
    ] as const) {
      const answer = await visit.ask(target, { method, headers: ['Content-Length: 0'] });
      expect([answer.all('x-subject'), answer.all('cache-control')]).toEqual([[subject], [PACKED]]);
    }
  });

  it('unsafe methods are not concerned: no cache keeps their answers', async () => {
    const visit = await aliceVisits();
    for (const target of ['/upload/x.css', '/me;x']) {
      expect(subjectIn(await visit.ask(target, { method: 'POST', headers: ['Content-Length: 0'] }))).toBe('alice');
    }
    expect(reported(visit)).toEqual([]);
  });
});

describe('what the app can see', () => {
  it('are none of the credentials, wherever it looks; everything else is as it came', async () => {
    const seen: unknown[] = [];
    const visit = await aliceVisits({
      before: (app) => app.use(cookieParser('k'.repeat(32))),
      routes: (app) =>
        app.use((req: IncomingMessage & { cookies?: object; signedCookies?: object }, res) => {
          seen.push(
            req.headers.cookie,
            req.headersDistinct.cookie,
            Object.keys(req.cookies ?? {}),
            Object.keys(req.signedCookies ?? {}),
            req.rawHeaders.length,
            req.rawHeaders.join(),
          );
          res.end();
        }),
    });
    await visit.ask('/me/x.css', { headers: ['Authorization: Basic YTpi', 'X-Other: 1'] });
    expect(seen.slice(0, 5)).toEqual(['theme=dark', ['theme=dark'], ['theme'], [], 10]);
    expect(seen[5]).not.toContain('__Host-');
    expect(seen[5]).toContain('Basic YTpi');
  });

  it('is a session that is not there, and why', async () => {
    const visit = await aliceVisits();
    expect(JSON.parse((await visit.ask('/me/x.css')).body)).toEqual({
      active: false,
      id: null,
      subject: null,
      data: {},
      inactiveBecause: 'ambiguous',
    });
  });

  it('has no session to end', async () => {
    const visit = await aliceVisits({
      routes: (app, sessions) =>
        app.on('GET', '/logout.png', async (req, res) => {
          await sessions.of(req).destroy();
          res.end();
        }),
    });
    const answer = await visit.ask('/logout.png');
    expect([answer.status, answer.body]).toEqual([400, 'ERR_AMBIGUOUS_URL']);
    expect(visit.app.errors[0]?.message).toContain('sessions.privateFile()');
    expect(subjectIn(await visit.ask('/me'))).toBe('alice');
  });

  it('sets no session cookie: whoever else tries is stopped', async () => {
    const set: Handler = (_, res) =>
      void res.setHeader('Set-Cookie', ['__Host-session=; Max-Age=0', '__Host-owner=x', 'cart=1']).end();
    const visit = await aliceVisits({ routes: (app) => app.use(set) });
    expect((await visit.ask('/me/x.css')).all('set-cookie')).toEqual(['cart=1']);
  });
});

describe('tokens', () => {
  const look = (app: App, sessions: Kit) => {
    app.on('POST', '/token', async (req, res) =>
      res.end((await sessions.of(req).issueToken(parameter(req, 'as'))).token),
    );
    app.on('GET', '/logout.pdf', (req, res, next) =>
      sessions.privateFile()(req, res, () =>
        sessions
          .of(req)
          .destroy()
          .then(() => res.end('out'), next),
      ),
    );
    app.on('GET', '/marked.pdf', (_, res) => {
      sessions.markPublic(res);
      res.setHeader('Cache-Control', 'public').end();
    });
    app.use((req, res) => {
      const { subject } = sessions.of(req);
      res.end(JSON.stringify({ subject, seen: [req.headers, req.headersDistinct, req.rawHeaders] }));
    });
  };
  const tokenFor = async (visit: Visit, as: string) =>
    (await visit.askAsNobody(`/token?as=${as}`, { method: 'POST', headers: ['Content-Length: 0'] })).body;

  it('of the kit are gone as well, wherever the app looks', async () => {
    const visit = await aliceVisits({ routes: look });
    const token = await tokenFor(visit, 'bob');
    const headers = [`Authorization: Bearer ${token}`, `X-Session-Token: ${token}`];
    expect(subjectIn(await visit.askAsNobody('/me', { headers }))).toBe('bob');
    const answer = await visit.askAsNobody('/me/x.css', { headers });
    expect([subjectIn(answer), answer.all('cache-control')]).toEqual([null, [PACKED]]);
    expect(answer.body).not.toContain(token);
  });

  it('beside a cookie of somebody else have no way back: neither a private file nor a public one', async () => {
    const visit = await aliceVisits({ routes: look });
    const headers = [`Authorization: Bearer ${await tokenFor(visit, 'bob')}`];
    expect((await visit.ask('/logout.pdf', { headers })).body).toBe('ERR_AMBIGUOUS_CREDENTIALS');
    expect((await visit.ask('/marked.pdf', { headers })).all('cache-control')).toEqual([PACKED]);
    expect((await visit.ask('/marked.pdf')).all('cache-control')).toEqual(['public']);
  });
});

describe('what is not concerned', () => {
  it('a public route, if only its URL says static', async () => {
    const visit = await aliceVisits({ options: { public: '/assets' } });
    expect(subjectIn(await visit.ask('/assets/x.css'))).toBe('alice');
    expect(subjectIn(await visit.ask('/assets/..%2fme'))).toBeNull();
  });

  it('whoever has no credential: files are cached as the app says', async () => {
    const visit = await aliceVisits({
      routes: (app) => app.use((_, res) => void res.setHeader('Cache-Control', 'public, max-age=60').end('body {}')),
    });
    expect((await visit.askAsNobody('/app.css')).all('cache-control')).toEqual(['public, max-age=60']);
    expect((await visit.askAsNobody('/app;css')).all('cache-control')).toEqual([PACKED]);
    expect(reported(visit)).toEqual([]);
  });

  it('a file that its own code calls public', async () => {
    const visit = await aliceVisits({
      routes: (app, sessions) =>
        app.use((_, res) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=60').end('body {}');
        }),
    });
    expect((await visit.ask('/app.css')).all('cache-control')).toEqual(['public, max-age=60']);
    expect((await visit.ask('/app;css')).all('cache-control')).toEqual([PACKED]);
    expect(reported(visit)).toEqual(['url.ambiguous warn']);
  });
});

describe('express.static behind the kit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-static-'));
  writeFileSync(join(folder, 'app.css'), 'body {}');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('serves the same file to everyone; with a session it is private, and quiet', async () => {
    const visit = await aliceVisits({
      routes(app, sessions) {
        // As apps do: for each page, before it is known whether it needs it.
        app.use((req, res, next) => {
          Object.assign(res, { locals: { active: sessions.of(req).active } });
          next();
        });
        app.use(express.static(folder));
      },
    });
    const nobody = await visit.askAsNobody('/app.css');
    const alice = await visit.ask('/app.css');
    const missing = await visit.ask('/old.js');
    expect([nobody.body, alice.body, missing.status]).toEqual(['body {}', 'body {}', 404]);
    expect(alice.all('cache-control')).toEqual([PACKED]);
    expect(reported(visit)).toEqual(['url.ambiguous info', 'url.ambiguous info']);
  });
});

describe('private files', () => {
  const invoice = (app: App, sessions: Kit, ...walls: Handler[]) => {
    for (const wall of walls) app.use(wall);
    app.use(answerMe(sessions));
  };

  it('of the option are answered to their owner, and never under a URL that caches could read differently', async () => {
    const visit = await aliceVisits({ options: { privateFiles: ['/invoices', /^\/me\.pdf$/] } });
    for (const target of ['/invoices/42.pdf', '/me.pdf']) {
      const answer = await visit.ask(target);
      expect([subjectIn(answer), answer.all('cache-control')]).toEqual(['alice', [PACKED]]);
    }
    expect(reported(visit)).toEqual([]);
    for (const target of ['/invoices/..%2fme.pdf', '/invoicesx/1.pdf']) {
      expect(subjectIn(await visit.ask(target))).toBeNull();
    }
  });

  it.each(FRAMEWORKS)('of the middleware, on %s: the session is there again, renewed and tagged', async (framework) => {
    const visit = await aliceVisits({
      framework,
      routes: (app, sessions) => invoice(app, sessions, sessions.privateFile(), sessions.requireSession()),
    });
    visit.app.clock.advance(4 * 3_600_000);
    const answer = await visit.ask('/invoices/42.pdf');
    expect([subjectIn(answer), answer.all('cache-control')]).toEqual(['alice', [PACKED]]);
    expect(answer.all('set-cookie').map((line) => line.split('=')[0])).toEqual(['__Host-activity']);
    expect(answer.all('server-timing')).toHaveLength(1);
    expect(reported(visit)).toEqual([]);
  });

  it('of the middleware are not made of an ambiguous URL', async () => {
    const visit = await aliceVisits({ routes: (app, sessions) => invoice(app, sessions, sessions.privateFile()) });
    expect(subjectIn(await visit.ask('/invoices;42.pdf'))).toBeNull();
    expect(reported(visit)).toEqual(['url.ambiguous warn']);
  });

  it('of the middleware change nothing elsewhere', async () => {
    const visit = await aliceVisits({ routes: (app, sessions) => invoice(app, sessions, sessions.privateFile()) });
    expect(subjectIn(await visit.ask('/me'))).toBe('alice');
    expect(subjectIn(await visit.askAsNobody('/me.pdf'))).toBeNull();
  });

  it('leave who came with two different session cookies what they are: anonymous, without a way back', async () => {
    const visit = await aliceVisits({
      routes(app, sessions) {
        app.use(sessions.privateFile());
        app.on('GET', '/42.pdf', answerMe(sessions));
        app.on('GET', '/logout.pdf', (req) => sessions.of(req).destroy());
      },
    });
    const headers = ['Cookie: __Host-session=other'];
    const answer = await visit.ask('/42.pdf', { headers });
    expect(JSON.parse(answer.body)).toMatchObject({ subject: null, inactiveBecause: 'ambiguous' });
    expect((await visit.ask('/logout.pdf', { headers })).body).toBe('ERR_AMBIGUOUS_CREDENTIALS');
    expect(reported(visit)).toEqual(['cookie.duplicate warn', 'cookie.duplicate warn']);
  });

  it('show what had become of the session: an expired one is expired', async () => {
    const visit = await aliceVisits({ routes: (app, sessions) => invoice(app, sessions, sessions.privateFile()) });
    visit.app.clock.advance(15 * 86_400_000);
    expect(JSON.parse((await visit.ask('/42.pdf')).body)).toMatchObject({ subject: null, inactiveBecause: 'expired' });
  });

  it('are 503 while nobody can say whether the session is valid; other static URLs are answered as anonymous', async () => {
    const isRevoked = jest.fn().mockReturnValue(false);
    const visit = await aliceVisits({
      options: { isRevoked },
      routes(app, sessions) {
        app.on('GET', '/42.pdf', (req, res, next) =>
          sessions.privateFile()(req, res, () => sessions.requireSession()(req, res, next)),
        );
        app.use(answerMe(sessions));
      },
    });
    isRevoked.mockRejectedValue(new Error('away'));
    expect((await visit.ask('/42.pdf')).status).toBe(503);
    expect(subjectIn(await visit.ask('/me.pdf'))).toBeNull();
    expect((await visit.ask('/me')).status).toBe(503);
  });

  it('without a wall of their own are not found out: a wall in front turns the owner away', async () => {
    const visit = await aliceVisits({ routes: (app, sessions) => invoice(app, sessions, sessions.requireSession()) });
    expect((await visit.ask('/42.pdf')).status).toBe(401);
  });

  it('need the kit in front', async () => {
    const { app } = await aliceVisits();
    const wall = app.sessions.privateFile();
    expect(() => wall({ headers: {} } as never, {} as never, () => {})).toThrow(
      expect.objectContaining({ code: 'ERR_NO_CONTEXT' }),
    );
  });
});

describe('deception', () => {
  it("'pack' leaves the session, and lets no cache keep the answer", async () => {
    const visit = await aliceVisits({ options: { deception: 'pack' } });
    for (const target of ['/me/x.css', '/me;x']) {
      const answer = await visit.ask(target);
      expect([subjectIn(answer), answer.all('cache-control')]).toEqual(['alice', [PACKED]]);
    }
    expect(reported(visit)).toEqual(['url.ambiguous info', 'url.ambiguous warn']);
  });

  it("'refuse' answers 400 before the app, to everyone", async () => {
    const visit = await aliceVisits({ options: { deception: 'refuse', privateFiles: '/files' } });
    for (const target of ['/me/x.css', '/me;x']) {
      for (const answer of [await visit.ask(target), await visit.askAsNobody(target)]) {
        expect([answer.status, answer.all('cache-control')]).toEqual([400, [PACKED]]);
      }
    }
    expect(subjectIn(await visit.ask('/files/x.pdf'))).toBe('alice');
    expect(subjectIn(await visit.ask('/me/x.css', { method: 'POST', headers: ['Content-Length: 0'] }))).toBe('alice');
  });

  it("'insecureOff' does nothing; an ambiguous URL is still no public one", async () => {
    const marked: Handler = (_, res) => void res.setHeader('Cache-Control', 'public').end('{}');
    const visit = await aliceVisits({
      options: { deception: 'insecureOff', public: '/static' },
      routes: (app, sessions) => {
        app.on('GET', '/static/..%2fme', marked);
        app.use(answerMe(sessions));
      },
    });
    expect(subjectIn(await visit.ask('/me/x.css'))).toBe('alice');
    expect(subjectIn(await visit.ask('/me;x'))).toBe('alice');
    expect(reported(visit)).toEqual([]);
    expect((await visit.ask('/static/..%2fme')).all('cache-control')).toEqual([PACKED]);
  });
});

describe('while the app is developed', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV;
  });

  it('a download that nobody is logged in for says why, beside the response and on stderr', async () => {
    const visit = await aliceVisits();
    expect((await visit.ask('/me/x.css')).all('x-swapproof-violation')).toEqual([]);
    process.env.NODE_ENV = 'development';
    const answer = await visit.ask('/me/x.css');
    expect(answer.all('x-swapproof-violation')).toEqual([expect.stringContaining('privateFiles')]);
    expect(reported(visit)).toEqual(['url.ambiguous info', 'url.ambiguous warn']);
  });
});

it('refuses a whoami that everyone would ask as anonymous', async () => {
  await expect(startKit({ options: { whoami: { path: '/whoami.js' } } })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
    message: expect.stringContaining('whoami.path'),
  });
});
