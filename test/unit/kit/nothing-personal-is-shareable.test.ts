/** R4 through the kit: every way a session is read, every way a response leaves. The table itself: test/unit/response. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response } from 'express';
import { markPrivate, markPublic } from '../../../lib/response/sharing.js';
import { FRAMEWORKS, type Handler, type Kit, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

const SHARED = 'public, max-age=60';

type Page = (sessions: Kit, req: IncomingMessage, res: Response) => unknown;

async function page(handler: Page, options = {}) {
  const app = await startKit({
    options,
    routes: (routes, sessions) => routes.on('*', '/page', (req, res) => handler(sessions, req, res as Response)),
  });
  const alice = app.browser();
  await alice.login('alice');
  return { app, alice };
}

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('sends private, no-store whatever the route said before it read the session, and names the line', async () => {
    const app = await startKit({
      framework,
      routes: (routes, sessions) =>
        routes.on('GET', '/page', (req, res) => {
          res.setHeader('Cache-Control', SHARED);
          res.setHeader('CDN-Cache-Control', 'max-age=60');
          res.setHeader('Expires', new Date(app.clock.now() + 60_000).toUTCString());
          res.end(sessions.of(req).subject);
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    for (const browser of [alice, app.browser()]) {
      const { headers } = await browser.get('/page');
      expect(headers).toMatchObject({ 'cache-control': PACKED, 'cdn-cache-control': 'no-store', vary: 'Cookie' });
      expect(headers).not.toHaveProperty('expires');
    }
    const [violation] = app.events.filter(({ code }) => code === 'cache.violation');
    expect(violation).toMatchObject({ severity: 'warn', detail: { row: '2' } });
    expect(violation?.message).toMatch(/nothing-personal-is-shareable\.test\.ts:\d+ read the session/);
  });

  it('leaves header-less pages for nobody as private, no-cache with Vary: Cookie', async () => {
    const app = await startKit({
      framework,
      routes: (routes) => routes.on('GET', '/page', (_req, res) => res.end('hello')),
    });
    const { headers } = await app.browser().get('/page');
    expect([headers['cache-control'], headers.vary]).toEqual(['private, no-cache', 'Cookie']);
  });
});

const reads: Record<string, (sessions: Kit, req: IncomingMessage) => unknown> = {
  'sessions.of(req).active': (sessions, req) => sessions.of(req).active,
  'sessions.of(req).subject': (sessions, req) => sessions.of(req).subject,
  'sessions.of(req).data': (sessions, req) => sessions.of(req).data,
  'req.session.id': (_sessions, req) => (req as IncomingMessage & { session: { id: string } }).session.id,
  inactiveBecause: (sessions, req) => sessions.of(req).inactiveBecause,
  'identity()': (sessions, req) => sessions.of(req).identity(),
  "'subject' in session": (sessions, req) => 'subject' in sessions.of(req),
  'Object.keys(session)': (sessions, req) => Object.keys(sessions.of(req)),
  '{ ...session }': (sessions, req) => ({ ...sessions.of(req) }),
  'requireSession()': (sessions, req) =>
    new Promise((resolve) => sessions.requireSession()(req, {} as Response, resolve)),
};

it.each(Object.keys(reads))('%s counts as a read', async (how) => {
  const { alice } = await page(
    async (sessions, req, res) => {
      await reads[how]?.(sessions, req);
      res.set('Cache-Control', SHARED).end('page');
    },
    { public: '/page' },
  );
  expect((await alice.get('/page')).headers['cache-control']).toBe(PACKED);
});

it('counts its own admission as no read', async () => {
  const { alice } = await page((_sessions, _req, res) => res.set('Cache-Control', SHARED).end('page'), {
    public: '/page',
  });
  expect((await alice.get('/page')).headers['cache-control']).toBe(SHARED);
});

const ways: Record<string, Page> = {
  'res.json': (s, req, res) => res.json({ subject: s.of(req).subject }),
  'res.send with an ETag': (s, req, res) => res.send(`${s.of(req).subject}`),
  redirect: (s, req, res) => res.redirect(301, `/${s.of(req).subject}`),
  'writeHead with an object': (s, req, res) => res.writeHead(200, { 'cache-control': SHARED }).end(s.of(req).subject),
  'writeHead with an array': (s, req, res) => res.writeHead(200, ['Cache-Control', SHARED]).end(s.of(req).subject),
  'setHeaders(Headers)': (s, req, res) =>
    res.setHeaders(new Headers({ 'cache-control': SHARED })).end(s.of(req).subject),
  'a stream': (s, req, res) => {
    res.write(`${s.of(req).subject}`);
    res.end('more');
  },
  flushHeaders: (s, req, res) => {
    void s.of(req).subject;
    res.flushHeaders();
    res.end();
  },
  'a read after res.set': (s, req, res) => {
    res.set('Cache-Control', SHARED);
    setImmediate(() => res.end(s.of(req).subject));
  },
  'a read in the callback of res.render': (s, req, res) => {
    res.app.engine('none', (_path, _options, done) => done(null, 'view'));
    res.app.set('views', __dirname).set('view engine', 'none');
    res.render(__filename.replace(/\.ts$/, '.ts'), () => res.set('Cache-Control', SHARED).end(s.of(req).subject));
  },
  'an error handler that reads': (s, req) => {
    void s.of(req).subject;
    throw new TypeError('broken');
  },
  'a 404': (s, req, res) => res.status(404).set('Cache-Control', SHARED).end(s.of(req).subject),
  'a 500': (s, req, res) => res.status(500).set('Cache-Control', SHARED).end(s.of(req).subject),
};

describe.each(Object.keys(ways))('a session read and answered by %s', (way) => {
  it.each(['GET', 'HEAD', 'POST'])('is private on %s', async (method) => {
    const { alice } = await page((sessions, req, res) => ways[way]?.(sessions, req, res));
    const answer = await alice.ask(method, '/page');
    expect(answer.headers['cache-control']).toBe(PACKED);
    expect(answer.headers.vary).toContain('Cookie');
  });
});

it('is private also as a 304, which keeps the validators of what was the own browser', async () => {
  const { alice } = await page((sessions, req, res) => res.send(`${sessions.of(req).subject}`));
  const etag = String((await alice.get('/page')).headers.etag);
  const again = await alice.get('/page', { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers['cache-control'], again.headers.etag]).toEqual([304, PACKED, etag]);
});

it('drops the validators of a 304 whose 200 the route let anybody keep', async () => {
  const { alice } = await page((sessions, req, res) =>
    res.set('Cache-Control', SHARED).send(`${sessions.of(req).subject}`),
  );
  const again = await alice.get('/page', { headers: { 'if-none-match': '*' } });
  expect([again.status, again.headers['cache-control'], again.headers.etag]).toEqual([304, PACKED, undefined]);
});

it('makes what express.static serves behind the kit private where a session was presented, and leaves that of nobody alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-static-'));
  writeFileSync(join(folder, 'style.css'), 'a {}');
  const app = await startKit({ routes: (routes) => routes.use(express.static(folder, { maxAge: '1d' })) });
  const alice = app.browser();
  await alice.login('alice');
  expect((await alice.get('/style.css')).headers['cache-control']).toBe(PACKED);
  expect((await app.browser().get('/style.css')).headers['cache-control']).toBe('public, max-age=86400');
  rmSync(folder, { recursive: true });
});

describe('what a route declares', () => {
  it('markPublic(res) leaves a page that read nothing alone, also for whoever has a session', async () => {
    const { alice } = await page((sessions, _req, res) => {
      sessions.markPublic(res);
      res.set('Cache-Control', SHARED).end('page');
    });
    expect((await alice.get('/page')).headers['cache-control']).toBe(SHARED);
    expect((await alice.get('/page', { headers: { authorization: 'Basic eA==' } })).headers['cache-control']).toBe(
      SHARED,
    );
  });

  it('markPublic(res) after a read is refused with an event', async () => {
    const { app, alice } = await page((sessions, req, res) => {
      const { subject } = sessions.of(req);
      markPublic(res);
      res.set('Cache-Control', SHARED).end(subject);
    });
    expect((await alice.get('/page')).headers['cache-control']).toBe(PACKED);
    expect(app.codes()).toContain('public.refused');
  });

  it('a read after markPublic(res) makes the page private all the same', async () => {
    const { app, alice } = await page((sessions, req, res) => {
      markPublic(res);
      res.set('Cache-Control', SHARED).end(sessions.of(req).subject);
    });
    expect((await alice.get('/page')).headers['cache-control']).toBe(PACKED);
    expect(app.codes()).toContain('cache.violation');
  });

  it('markPrivate(res) makes a page of nobody private, and wins over markPublic(res)', async () => {
    const { app } = await page((sessions, _req, res) => {
      markPrivate(res);
      sessions.markPublic(res);
      res.set('Cache-Control', SHARED).end('page');
    });
    expect((await app.browser().get('/page')).headers['cache-control']).toBe(PACKED);
  });

  it('the public option alone is not enough for a request with Authorization', async () => {
    const { app } = await page((_s, _req, res) => res.set('Cache-Control', SHARED).end('page'), { public: '/page' });
    expect((await app.browser().get('/page')).headers['cache-control']).toBe(SHARED);
    const answer = await app.browser().get('/page', { headers: { authorization: 'Basic eA==' } });
    expect(answer.headers['cache-control']).toBe(PACKED);
  });

  it('the public option does not reach an ambiguous URL', async () => {
    const handler: Handler = (req, res, next) => {
      if (req.method !== 'GET') return next();
      res.setHeader('Cache-Control', SHARED);
      res.end('page');
    };
    const app = await startKit({ options: { public: '/page' }, routes: (routes) => routes.use(handler) });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/page')).headers['cache-control']).toBe(SHARED);
    expect((await alice.get('/page/..%2faccount')).headers['cache-control']).toBe(PACKED);
  });

  it('a public page takes the cookies of others off, and keeps its caching', async () => {
    const { app, alice } = await page(
      (_s, _req, res) => res.set('Cache-Control', SHARED).cookie('theme', 'dark').end('page'),
      { public: '/page' },
    );
    const answer = await alice.get('/page');
    expect([answer.headers['cache-control'], answer.setCookies]).toEqual([SHARED, []]);
    expect(app.codes()).toContain('cookie.stripped');
  });

  it('further headers can be named credentials', async () => {
    const { app } = await page((_s, _req, res) => res.set('Cache-Control', SHARED).end('page'), {
      headers: ['X-Api-Key'],
    });
    const answer = await app.browser().get('/page', { headers: { 'x-api-key': 'k' } });
    expect([answer.headers['cache-control'], answer.headers.vary]).toEqual([PACKED, 'Cookie, X-Api-Key']);
  });
});
