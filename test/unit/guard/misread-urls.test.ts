/** guard() in front of another session library: misread URLs, speculation, what was mounted before. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import connect from 'connect';
import cookieParser from 'cookie-parser';
import session from 'express-session';
import type { SwapproofEvent } from '../../../lib/events.js';
import { guard } from '../../../lib/guard.js';
import type { GuardOptions } from '../../../lib/guard-options.js';
import { PACKED } from '../../helpers/kit-browser.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';

type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

interface Asking {
  readonly options?: GuardOptions;
  readonly headers?: readonly string[];
  readonly method?: string;
  readonly handle?: Handler;
  readonly before?: readonly Handler[];
}

const CREDENTIAL = 'Cookie: sid=1; theme=dark; cart=2';

const seen: Handler = (req, res) => {
  const { cookies } = req as unknown as { cookies: object };
  res.setHeader('Cache-Control', 'public, max-age=60');
  res.end(JSON.stringify([req.headers.cookie ?? null, Object.keys(cookies), req.headers['x-user'] ?? null]));
};

async function ask(target: string, { options = {}, headers = [CREDENTIAL], ...rest }: Asking = {}) {
  const { method = 'GET', handle = seen, before = [] } = rest;
  const events: SwapproofEvent[] = [];
  const app = connect();
  app.use(cookieParser() as unknown as Handler);
  for (const handler of before) app.use(handler);
  app.use(guard({ log: (event) => events.push(event), ...options }));
  app.use(handle);
  const answer = await rawExchange(app, requestBytes(method, target, headers));
  return { ...answer, events, reported: events.map(({ code, severity }) => `${code} ${severity}`) };
}

describe('by default', () => {
  it.each([
    ['/account/x.css', 'info'],
    ['/account;x', 'warn'],
    ['/static/..%2faccount', 'warn'],
  ])('%s with a credential is private, with one event; the request is left alone', async (target, severity) => {
    const { body, all, reported } = await ask(target, { options: { public: '/static' } });
    expect(JSON.parse(body)).toEqual(['sid=1; theme=dark; cart=2', ['sid', 'theme', 'cart'], null]);
    expect(all('cache-control')).toEqual([PACKED]);
    expect(reported).toEqual([`url.ambiguous ${severity}`]);
  });

  it('files are cached for who has no credential, and where they are public', async () => {
    for (const [target, headers] of [
      ['/app.css', []],
      ['/app.css', ['Cookie: _ga=1']],
      ['/assets/app.css', [CREDENTIAL]],
    ] as const) {
      const { all, reported } = await ask(target, { headers, options: { public: '/assets' } });
      expect([all('cache-control'), reported]).toEqual([['public, max-age=60'], []]);
    }
  });

  it('a private file is as any private response', async () => {
    const { all, reported } = await ask('/invoices/1.pdf', { options: { privateFiles: '/invoices' } });
    expect([all('cache-control'), reported]).toEqual([[PACKED], ['cache.violation info']]);
  });

  it('says that once, though an error page sends another head', async () => {
    const twice: Handler = (_, res) => {
      expect(() => res.writeHead(200, 'not\na reason')).toThrow();
      res.writeHead(500);
      res.end();
    };
    expect((await ask('/account/x.css', { handle: twice })).reported).toEqual(['url.ambiguous info']);
  });
});

describe("with 'anonymous'", () => {
  const options = { deception: 'anonymous', headers: ['X-User'] } as const;
  const headers = [CREDENTIAL, 'X-User: alice', 'Authorization: Basic YTpi'];

  it.each(['/account/x.css', '/account;x'])(
    '%s loses what counts as a credential, and keeps the rest',
    async (target) => {
      const { body, all } = await ask(target, { options, headers });
      expect(JSON.parse(body)).toEqual(['theme=dark', ['theme'], null]);
      expect(all('cache-control')).toEqual([PACKED]);
    },
  );

  it('loses only the configured cookies where they are configured', async () => {
    const { body } = await ask('/account/x.css', { options: { ...options, cookies: ['sid'] }, headers });
    expect(JSON.parse(body)).toEqual(['theme=dark; cart=2', ['theme', 'cart'], null]);
  });

  it('keeps Authorization, the length of rawHeaders, and headersDistinct in step', async () => {
    const look: Handler = (req, res) =>
      void res.end(JSON.stringify([req.rawHeaders.length, req.headersDistinct, req.headers.authorization]));
    const { body } = await ask('/account/x.css', { options, headers, handle: look });
    const [length, distinct, authorization] = JSON.parse(body);
    expect([length, authorization]).toEqual([10, 'Basic YTpi']);
    expect(Object.keys(distinct)).toEqual(['host', 'connection', 'cookie', 'authorization']);
  });

  it('lets the library behind log nobody out', async () => {
    const fresh = session({ secret: 'k'.repeat(32), resave: false, saveUninitialized: true, name: 'sid' });
    const { all, reported } = await ask('/account/x.css', {
      options: { ...options, cookies: ['sid'] },
      handle: (req, res) => fresh(req as never, res as never, () => res.end()),
    });
    expect(all('set-cookie')).toEqual([]);
    expect(reported).toEqual(['cookie.foreign info', 'url.ambiguous info']);
  });

  it('leaves other methods, public routes and private files alone', async () => {
    const also = { ...options, public: '/assets', privateFiles: '/invoices' };
    for (const [method, target] of [
      ['POST', '/account/x.css'],
      ['GET', '/assets/x.css'],
      ['GET', '/invoices/x.pdf'],
      ['GET', '/account'],
    ] as const) {
      const { body } = await ask(target, { options: also, method, headers: [CREDENTIAL, 'Content-Length: 0'] });
      expect(JSON.parse(body)[0]).toBe('sid=1; theme=dark; cart=2');
    }
  });
});

it("with 'refuse', 400 before the handler", async () => {
  const handle = jest.fn();
  const { status, all } = await ask('/account/x.css', { options: { deception: 'refuse' }, handle });
  expect([status, all('cache-control'), handle.mock.calls]).toEqual([400, [PACKED], []]);
});

it("with 'insecureOff', as anywhere", async () => {
  const { all, reported } = await ask('/account;x', { options: { deception: 'insecureOff' } });
  expect([all('cache-control'), reported]).toEqual([[PACKED], ['cache.violation info']]);
});

describe('speculation', () => {
  const headers = [CREDENTIAL, 'Sec-Purpose: prefetch;prerender'];

  it('is allowed by default', async () => {
    expect((await ask('/account', { headers })).status).toBe(200);
  });

  it("is 503 with 'refuse', before the handler and without an event", async () => {
    const handle = jest.fn();
    const options = { speculation: 'refuse', public: '/assets' } as const;
    const { status, all, reported } = await ask('/account', { headers, options, handle });
    expect([status, all('cache-control'), reported, handle.mock.calls]).toEqual([503, [PACKED], [], []]);
    expect((await ask('/assets/x', { headers, options })).status).toBe(200);
    expect((await ask('/account', { headers: headers.slice(1), options })).status).toBe(200);
  });
});

describe('a session library that was mounted before', () => {
  const library = session({ secret: 'k'.repeat(32), resave: false, saveUninitialized: false }) as unknown as Handler;

  it('is named once, and the app works on', async () => {
    const events: SwapproofEvent[] = [];
    const app = connect();
    app.use(library);
    app.use(guard({ log: (event) => events.push(event) }));
    app.use((_req: IncomingMessage, res: ServerResponse) => res.end('works'));
    for (let i = 0; i < 2; i++) expect((await rawExchange(app, requestBytes('GET', '/'))).body).toBe('works');
    expect(events).toMatchObject([
      { code: 'mount.order', severity: 'critical', detail: { library: 'express-session' } },
    ]);
  });

  it('is found where it is unknown, by req.session', async () => {
    const own: Handler = (req, _res, next) => {
      Object.assign(req, { session: {} });
      next();
    };
    const { events } = await ask('/', { before: [own], headers: [] });
    expect(events).toMatchObject([{ code: 'mount.order', detail: { library: 'Something that sets req.session' } }]);
  });

  it('is no concern of an inner mount of the same guard', async () => {
    const events: SwapproofEvent[] = [];
    const front = guard({ log: (event) => events.push(event) });
    const app = connect();
    for (const handler of [front, library, front]) app.use(handler);
    app.use((_req: IncomingMessage, res: ServerResponse) => res.end());
    await rawExchange(app, requestBytes('GET', '/'));
    expect(events.map(({ code }) => code)).toEqual(['mounted.twice']);
  });
});

it.each<[GuardOptions, RegExp]>([
  [{ deception: 'off' as 'pack' }, /deception takes: pack, anonymous, refuse, insecureOff/],
  [{ speculation: 'no' as 'allow' }, /speculation takes: refuse, allow/],
  [{ privateFiles: 'invoices' }, /privateFiles has the prefix/],
])('%j is refused', (options, message) => {
  expect(() => guard(options)).toThrow(message);
});
