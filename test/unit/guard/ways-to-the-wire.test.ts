/** Every way in which headers reach the wire, with guard() in front and a credential in the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import connect from 'connect';
import express from 'express';
import { type Guard, guard } from '../../../lib/guard.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';
import { FRAMEWORKS, folder, type Middleware, NATIVE, SHARED, waysOf } from '../../helpers/ways-to-the-wire.js';

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
  const ways = waysOf(name);

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
