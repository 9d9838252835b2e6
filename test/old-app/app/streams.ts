/** Every way in which a head leaves without res.send. */
import { ensureLoggedIn } from './security.js';
import { type Express, personOf, type Response } from './types.js';

export function addStreams(app: Express): void {
  app.get('/events', ensureLoggedIn, (req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
    res.write(`data: hello ${personOf(req)?.name}\n\n`);
    flush(res);
    setImmediate(() => res.end('event: end\ndata: bye\n\n'));
  });
  app.get('/raw/object', (req, res) => {
    res.writeHead(200, 'Fine', { 'Content-Type': 'text/plain', 'Cache-Control': 'max-age=60', 'X-Old': ['1', '2'] });
    res.end(`raw for ${personOf(req)?.name}`);
  });
  app.get('/raw/array', (req, res) => {
    res.writeHead(203, ['Content-Type', 'text/plain', 'Cache-Control', 's-maxage=60', 'X-Old', '1']);
    res.end(`raw for ${personOf(req)?.name}`);
  });
  app.get('/raw/cookie', (_req, res) => {
    res.writeHead(200, { 'Set-Cookie': ['raw=1; Path=/', 'rare=2; Path=/raw'] });
    res.end('raw');
  });
  app.get('/append', (req, res) => {
    res.appendHeader('Set-Cookie', 'one=1; Path=/append');
    res.appendHeader('Set-Cookie', 'two=2; Path=/append');
    res.appendHeader('Cache-Control', 'public');
    res.appendHeader('Cache-Control', 'max-age=60');
    res.end(`appended for ${personOf(req)?.name}`);
  });
  app.get('/set-headers', (req, res) => {
    res.setHeaders(new Headers({ 'Cache-Control': 'public, max-age=60', 'X-Old': 'set' }));
    res.end(`set for ${personOf(req)?.name}`);
  });
  app.get('/flush', (req, res) => {
    res.set('Cache-Control', 'public, max-age=60').type('txt').flushHeaders();
    setImmediate(() => res.end(`flushed for ${personOf(req)?.name}`));
  });
  app.get('/hints', (_req, res) => {
    res.writeEarlyHints({ link: '</public/site.css>; rel=preload; as=style' });
    res.send('<h1>Hinted</h1>');
  });
  app.get('/trailers', (_req, res) => {
    res.set('Trailer', 'X-Sum').write('in two ');
    res.addTrailers({ 'X-Sum': '42' });
    res.end('parts');
  });
  app.get('/nothing', (_req, res) => void res.status(204).end());
}

/** Added by compression(). */
function flush(res: Response & { flush?: () => void }): void {
  res.flush?.();
}
