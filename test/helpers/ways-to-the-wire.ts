/** Every way in which headers reach the wire, by framework: what Node offers, and what Express adds. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';

export type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
export type App = RequestListener & { use(middleware: Middleware): unknown };

export const FRAMEWORKS: Readonly<Record<string, () => App>> = {
  'Express 5': () => express() as unknown as App,
  'Express 4': () => (express4 as unknown as typeof express)() as unknown as App,
  Connect: () => connect() as unknown as App,
};

export const SHARED = 'public, max-age=60';
export const folder = mkdtempSync(join(tmpdir(), 'swapproof-static-'));
const file = join(folder, 'page.txt');
writeFileSync(file, 'page');

/** Ways that Node itself offers. Errors have a stack of one line, so that error pages can be compared. */
export const NATIVE: Readonly<Record<string, Middleware>> = {
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
    next(failure({ status: 500, expose: false, headers: { 'Cache-Control': SHARED } }));
  },
  'a handler that throws'(_, res) {
    res.setHeader('Cache-Control', SHARED);
    throw failure({ headers: { 'Cache-Control': SHARED } });
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

/** The ways of one framework, by name. */
export function waysOf(framework: string): Readonly<Record<string, Middleware>> {
  return { ...NATIVE, ...(framework === 'Connect' ? {} : (EXPRESS as unknown as Record<string, Middleware>)) };
}

function failure(more: object): Error {
  return Object.assign(new Error('x'), { stack: 'Error: x', ...more });
}
