/** Every way in which headers reach the wire, with guard() in front and a credential in the request. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import compression from 'compression';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import { type Guard, guard } from '../../../lib/guard.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
type App = RequestListener & { use(middleware: Middleware): unknown };

const FRAMEWORKS: Readonly<Record<string, () => App>> = {
  'Express 5': () => express() as unknown as App,
  'Express 4': () => (express4 as unknown as typeof express)() as unknown as App,
  Connect: () => connect() as unknown as App,
};

const SHARED = 'public, max-age=60';
const folder = mkdtempSync(join(tmpdir(), 'swapproof-static-'));
const file = join(folder, 'page.txt');
writeFileSync(file, 'page');

/** Ways that Node itself offers. */
const NATIVE: Readonly<Record<string, Middleware>> = {
  'setHeader and end': (_, res) => void res.setHeader('Cache-Control', SHARED).end('x'),
  'setHeader with a list': (_, res) => void res.setHeader('Cache-Control', ['public', 'max-age=60']).end('x'),
  setHeaders: (_, res) => void res.setHeaders(new Map([['Cache-Control', SHARED]])).end('x'),
  'setHeaders with Headers': (_, res) => void res.setHeaders(new Headers({ 'Cache-Control': SHARED })).end('x'),
  appendHeader: (_, res) =>
    void res.setHeader('Cache-Control', 'private').appendHeader('Cache-Control', SHARED).end('x'),
  'writeHead with a record': (_, res) => void res.writeHead(200, { 'Cache-Control': SHARED }).end('x'),
  'writeHead with a flat array': (_, res) =>
    void res.writeHead(200, ['Cache-Control', SHARED, 'Expires', '0']).end('x'),
  'writeHead with pairs': (_, res) => void res.writeHead(200, [['Cache-Control', SHARED]] as never).end('x'),
  'writeHead with a reason': (_, res) => void res.writeHead(200, 'Fine', { 'cache-control': SHARED }).end('x'),
  'writeHead over headers': (_, res) =>
    void res.setHeader('Cache-Control', 'private').writeHead(200, { 'Cache-Control': SHARED }).end('x'),
  'the old name of writeHead': (_, res) =>
    void (res as unknown as { writeHeader: typeof res.writeHead })
      .writeHeader(200, { 'Cache-Control': SHARED })
      .end('x'),
  "the prototype's own writeHead": (_, res) => {
    Object.getPrototypeOf(Object.getPrototypeOf(res)).writeHead?.call(res, 200, { 'Cache-Control': SHARED });
    res.end('x');
  },
  flushHeaders(_, res) {
    res.setHeader('Cache-Control', SHARED);
    res.flushHeaders();
    res.end('x');
  },
  'write without a head': (_, res) => {
    res.setHeader('Cache-Control', SHARED);
    res.write('x');
    res.end();
  },
  'no header at all': (_, res) => void res.end('x'),
  'a stream': (_, res) => void createReadStream(file).pipe(res.setHeader('Cache-Control', SHARED)),
  'server-sent events'(_, res) {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': SHARED });
    res.flushHeaders();
    res.write('data: 1\n\n');
    setImmediate(() => res.end('data: 2\n\n'));
  },
  'early hints first'(_, res) {
    res.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': 'hint=1', 'cache-control': SHARED }, () => {
      res.setHeader('Cache-Control', SHARED);
      res.end('x');
    });
  },
  'with trailers'(_, res) {
    res.writeHead(200, { Trailer: 'X-T', 'Cache-Control': SHARED });
    res.addTrailers({ 'X-T': '1', 'Set-Cookie': 'trailer=1' });
    res.end('x');
  },
  'a redirect': (_, res) => void res.writeHead(301, { Location: '/x', 'Cache-Control': SHARED }).end(),
  'a 304': (_, res) => void res.writeHead(304, { ETag: '"x"', 'Cache-Control': SHARED }).end(),
  'a 404 of its own': (_, res) => void res.writeHead(404, { 'Cache-Control': SHARED }).end('x'),
  'a 503': (_, res) => void res.writeHead(503, { 'Cache-Control': SHARED }).end('x'),
  'a 206': (_, res) => void res.writeHead(206, { 'Cache-Control': SHARED }).end('x'),
  'targeted fields only': (_, res) =>
    void res.writeHead(200, { 'CDN-Cache-Control': 'max-age=60', 'Surrogate-Control': 'max-age=60' }).end('x'),
  'after a head that Node refused'(_, res) {
    try {
      res.writeHead(99, { 'Cache-Control': SHARED });
    } catch {
      res.writeHead(500, { 'Cache-Control': SHARED }).end('x');
    }
  },
  'nobody answers': (_req, _res, next) => next(),
  'next(error)'(_, res, next) {
    res.setHeader('Cache-Control', SHARED);
    next(Object.assign(new Error('x'), { status: 500, expose: false, headers: { 'Cache-Control': SHARED } }));
  },
  'a handler that throws'(_, res) {
    res.setHeader('Cache-Control', SHARED);
    throw Object.assign(new Error('x'), { headers: { 'Cache-Control': SHARED } });
  },
  'later, from another tick': (_, res) => void setImmediate(() => res.setHeader('Cache-Control', SHARED).end('x')),
};

type ExpressHandler = (req: express.Request, res: express.Response, next: express.NextFunction) => void;

const EXPRESS: Readonly<Record<string, ExpressHandler>> = {
  'res.set and res.send': (_, res) => void res.set('Cache-Control', SHARED).send('x'),
  'res.append': (_, res) => void res.append('Cache-Control', SHARED).send('x'),
  'res.cookie and res.json': (_, res) => void res.set('Cache-Control', SHARED).cookie('a', '1').json({ x: 1 }),
  'res.redirect': (_, res) => res.set('Cache-Control', SHARED).redirect(301, '/x'),
  'res.sendStatus': (_, res) => void res.set('Cache-Control', SHARED).sendStatus(404),
  'res.sendFile': (_, res) => res.sendFile(file, { maxAge: 60_000 }),
  'res.download': (_, res) => res.download(file),
  'res.format': (_, res) => void res.set('Cache-Control', SHARED).format({ default: () => res.send('x') }),
  'res.jsonp': (_, res) => void res.set('Cache-Control', SHARED).jsonp({ x: 1 }),
};

afterAll(() => rmSync(folder, { recursive: true }));

const guards: Guard[] = [];
const silentGuard = (options: Parameters<typeof guard>[0] = {}) => {
  const one = guard({ log: false, ...options });
  guards.push(one);
  return one;
};
afterAll(() => {
  for (const one of guards) one.close();
});

const CREDENTIAL = ['Cookie: connect.sid=s%3Asecret'];

describe.each(Object.entries(FRAMEWORKS))('%s', (name, create) => {
  const ways = { ...NATIVE, ...(name === 'Connect' ? {} : (EXPRESS as unknown as Record<string, Middleware>)) };

  async function answer(way: Middleware, { method = 'GET', before = [] as Middleware[] } = {}) {
    const app = create();
    const seen: string[] = [];
    const front = silentGuard();
    front.on('guard.bypassed', ({ code }) => seen.push(code));
    front.on('guard.failed', ({ code }) => seen.push(code));
    for (const middleware of before) app.use(middleware);
    app.use(front);
    app.use(way);
    const exchange = await rawExchange(app, requestBytes(method, '/page.txt', CREDENTIAL));
    expect(seen).toEqual([]);
    return exchange;
  }

  const expectPacked = ({ all, raw }: Awaited<ReturnType<typeof answer>>) => {
    expect(all('cache-control')).toEqual(['private, no-store']);
    expect(all('expires')).toEqual([]);
    expect(all('vary').join(',')).toMatch(/\bCookie\b/);
    expect(raw.replace(/^HTTP\/1\.1 103[\s\S]*?\r\n\r\n/, '')).not.toMatch(/public|max-age|hint=1|trailer=1/);
    expect(raw).not.toMatch(/hint=1/);
  };

  it.each(Object.entries(ways))('sends private, no-store: %s', async (_, way) => {
    expectPacked(await answer(way));
  });

  // Node refuses trailers on an answer to HEAD, with or without a guard.
  it.each(Object.entries(ways).filter(([way]) => way !== 'with trailers'))(
    'and the same for HEAD: %s',
    async (_, way) => {
      expectPacked(await answer(way, { method: 'HEAD' }));
    },
  );

  it.each<[string, Middleware]>([
    ['a hook of its own', hookedBefore],
    ['compression', compression({ threshold: 0 }) as unknown as Middleware],
  ])('wins over %s mounted before it', async (_, before) => {
    for (const way of [NATIVE['setHeader and end'], NATIVE['writeHead with a record'], NATIVE['a stream']]) {
      expectPacked(await answer(way ?? fail, { before: [before] }));
    }
  });

  it('wins over compression mounted after it', async () => {
    const app = create();
    app.use(silentGuard());
    app.use(compression({ threshold: 0 }) as unknown as Middleware);
    app.use(
      (_, res) =>
        void res.writeHead(200, { 'Cache-Control': SHARED, 'Content-Type': 'text/plain' }).end('x'.repeat(4_096)),
    );
    const exchange = await rawExchange(app, requestBytes('GET', '/', [...CREDENTIAL, 'Accept-Encoding: gzip']));
    expectPacked(exchange);
    expect(exchange.all('content-encoding')).toEqual(['gzip']);
    expect(exchange.all('vary')).toEqual(['Accept-Encoding, Cookie']);
  });

  it('packs what a static middleware after it serves, and leaves what one before it served', async () => {
    const files = express.static(folder, { maxAge: 60_000 }) as unknown as Middleware;
    expectPacked(await answer(files));
    const { all } = await answer((_, res) => void res.end('x'), { before: [files] });
    expect(all('cache-control')).toEqual(['public, max-age=60']);
  });

  it('keeps a 304 private, of which a shared copy can take nothing', async () => {
    const way: Middleware = (_, res) => void res.writeHead(304, { ETag: '"x"', 'Cache-Control': SHARED }).end();
    expect((await answer(way)).all('etag')).toEqual([]);
    const own: Middleware = (_, res) => void res.writeHead(304, { ETag: '"x"' }).end();
    expect((await answer(own)).all('etag')).toEqual(['"x"']);
  });

  it('keeps every cookie that one owner is sent', async () => {
    const way: Middleware = (_, res) => void res.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end();
    expect((await answer(way)).all('set-cookie')).toEqual(['a=1', 'b=2']);
  });
});

describe('Express', () => {
  it('answers 304 by itself to a conditional request, packed', async () => {
    const app = express();
    app.use(silentGuard());
    app.get('/', (_req, res) => void res.set('Cache-Control', 'private').json({ x: 1 }));
    const first = await rawExchange(app, requestBytes('GET', '/', CREDENTIAL));
    const second = await rawExchange(
      app,
      requestBytes('GET', '/', [...CREDENTIAL, `If-None-Match: ${first.all('etag')[0]}`]),
    );
    expect(second.status).toBe(304);
    expect(second.all('cache-control')).toEqual(['private, no-store']);
  });
});

describe('headers that went around writeHead', () => {
  it('are reported', async () => {
    const app = connect();
    const front = silentGuard();
    const bypassed: string[] = [];
    front.on('guard.bypassed', ({ message }) => bypassed.push(message));
    app.use(front);
    app.use((_req: IncomingMessage, res: ServerResponse) => {
      const internals = res as unknown as { _storeHeader(line: string, headers: object): void };
      internals._storeHeader('HTTP/1.1 200 OK\r\n', { 'Cache-Control': SHARED });
      res.end('x');
    });
    await rawExchange(app, requestBytes('GET', '/account', CREDENTIAL));
    expect(bypassed).toEqual([expect.stringMatching(/^The headers of GET \/account left without the guard/)]);
  });
});

/** As on-headers does it: an instance patch that keeps the prototype's function of its time. */
function hookedBefore(_req: IncomingMessage, res: ServerResponse, next: () => void): void {
  const kept = res.writeHead;
  res.writeHead = function hooked(this: ServerResponse, status: number, ...rest: never[]) {
    this.setHeader('Cache-Control', SHARED);
    this.setHeader('CDN-Cache-Control', SHARED);
    return kept.call(this, status, ...rest);
  } as typeof kept;
  next();
}

const fail: Middleware = () => {
  throw new Error('no such way');
};
