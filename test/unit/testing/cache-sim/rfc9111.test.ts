/** Profile 1, section by section of RFC 9111. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BehindCache, behindCache, header } from '../../../helpers/behind-cache.js';

let behind: BehindCache;
afterEach(() => behind.close());

type Headers = Readonly<Record<string, string | readonly string[]>>;
const DATE = 'Wed, 25 Nov 2026 12:00:00 GMT';

/** Every response has these headers. */
async function origin(headers: Headers, status = 200): Promise<void> {
  behind = await behindCache(1, (_req, res) => {
    res.statusCode = status;
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  });
}

/** Who asks second: `hit` or `asked`. */
async function second(first: Readonly<Record<string, string>> = {}, then = first): Promise<string> {
  await behind.get('/', first);
  await behind.get('/', then);
  return behind.seen.length === 1 ? 'hit' : 'asked';
}

describe('what may be kept (section 3)', () => {
  it.each<[Headers, string]>([
    [{ 'cache-control': 'max-age=60' }, 'hit'],
    [{ 'cache-control': 'public, max-age=60', 'set-cookie': 'sid=1' }, 'hit'],
    [{ 'cache-control': 's-maxage=60, max-age=0' }, 'hit'],
    [{ 'cache-control': 's-maxage=0, max-age=60' }, 'asked'],
    [{ 'cache-control': 'max-age=60, private' }, 'asked'],
    [{ 'cache-control': ['max-age=60', 'Private'] }, 'asked'],
    [{ 'cache-control': 'max-age=60, private=""' }, 'asked'],
    [{ 'cache-control': 'max-age=60, private="set-cookie"' }, 'asked'],
    [{ 'cache-control': 'max-age=60, private = "x"' }, 'asked'],
    [{ 'cache-control': 'max-age=60, no-store' }, 'asked'],
    [{ 'cache-control': 'max-age=60, No-Store=1' }, 'asked'],
    [{ 'cache-control': 'max-age=60, no-cache' }, 'asked'],
    [{ 'cache-control': 'max-age=60, no-cache = "x"' }, 'asked'],
    [{ 'cache-control': 'public' }, 'asked'],
    [{}, 'asked'],
    [{ etag: '"1"' }, 'asked'],
    [{ 'cache-control': 'max-age=60', vary: '*' }, 'asked'],
    [{ 'cache-control': 'max-age="60"' }, 'hit'],
    [{ 'cache-control': 'max-age=6o' }, 'asked'],
    [{ 'cache-control': 'max-age=60, max-age=0' }, 'asked'],
    [{ 'cache-control': 'max-age=-1' }, 'asked'],
    [{ 'cache-control': 'extension="a, no-store, b", max-age=60' }, 'hit'],
    [{ 'cdn-cache-control': 'max-age=60' }, 'asked'],
    [{ date: DATE, expires: 'Wed, 25 Nov 2026 12:01:00 GMT' }, 'hit'],
    [{ date: DATE, expires: 'Wed, 25 Nov 2026 11:59:00 GMT' }, 'asked'],
    [{ date: DATE, expires: '0' }, 'asked'],
    [{ date: DATE, expires: 'Wed, 25 Nov 2026 12:01:00 GMT', 'cache-control': 'max-age=0' }, 'asked'],
    [{ date: DATE, 'last-modified': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 'hit'],
  ])('%j: the second one is %s', async (headers, expected) => {
    await origin(headers);
    expect(await second()).toBe(expected);
  });

  it.each([
    [404, {}, 'asked'],
    [404, { date: DATE, 'last-modified': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 'hit'],
    [302, { 'cache-control': 'max-age=60' }, 'hit'],
    [302, { date: DATE, 'last-modified': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 'asked'],
    [500, { date: DATE, 'last-modified': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 'asked'],
    [206, { 'cache-control': 'max-age=60' }, 'asked'],
  ])('status %d with %j: the second one is %s', async (status, headers, expected) => {
    await origin(headers, status);
    expect(await second()).toBe(expected);
  });

  it('keeps nothing where the request says no-store', async () => {
    await origin({ 'cache-control': 'max-age=60' });
    expect(await second({ 'cache-control': 'no-store' }, {})).toBe('asked');
  });
});

describe('requests with Authorization (section 3.5)', () => {
  it.each([
    ['max-age=60', 'asked'],
    ['max-age=60, public', 'hit'],
    ['s-maxage=60', 'hit'],
    ['max-age=60, must-revalidate', 'hit'],
  ])('%s: the second one is %s', async (value, expected) => {
    await origin({ 'cache-control': value });
    expect(await second({ authorization: 'Bearer a' }, { authorization: 'Bearer b' })).toBe(expected);
  });
});

describe('Vary (section 4.1)', () => {
  beforeEach(() => origin({ 'cache-control': 'max-age=60', vary: 'Cookie, Accept' }));

  it.each([
    [{ cookie: 'a=1' }, { cookie: 'a=1' }, 'hit'],
    [{ cookie: 'a=1' }, { cookie: 'a=2' }, 'asked'],
    [{ cookie: 'a=1' }, {}, 'asked'],
    [{ cookie: 'a=1', accept: 'a,b' }, { cookie: 'a=1', accept: 'a , b' }, 'hit'],
  ])('%j, then %j: %s', async (first, then, expected) => {
    expect(await second(first, then as Record<string, string>)).toBe(expected);
  });

  it('keeps a variant for each', async () => {
    await behind.get('/', { cookie: 'a=1' });
    await behind.get('/', { cookie: 'a=2' });
    expect(await behind.get('/', { cookie: 'a=1' })).toBe('200 1');
    expect(await behind.get('/', { cookie: 'a=2' })).toBe('200 2');
  });
});

describe('freshness (section 4.2)', () => {
  it('ends with the lifetime, counted from when it came', async () => {
    await origin({ 'cache-control': 'max-age=60' });
    await behind.get('/');
    behind.pass(59);
    const hit = await behind.ask('/');
    expect([header(hit, 'age'), header(hit, 'x-cache')]).toEqual(['59', 'HIT']);
    behind.pass(1);
    expect(await behind.get('/')).toBe('200 2');
  });

  it('counts the age that a response came with', async () => {
    await origin({ 'cache-control': 'max-age=60', age: '50' });
    await behind.get('/');
    behind.pass(9);
    expect(header(await behind.ask('/'), 'age')).toBe('59');
    behind.pass(1);
    expect(await behind.get('/')).toBe('200 2');
  });

  it.each(['no-cache', 'max-age=0', 'max-age=5'])('lets a request with %s have a newer one', async (value) => {
    await origin({ 'cache-control': 'max-age=60' });
    await behind.get('/');
    behind.pass(6);
    expect(await behind.get('/', { 'cache-control': value })).toBe('200 2');
  });

  it('answers 504 to only-if-cached without a fresh one', async () => {
    await origin({ 'cache-control': 'max-age=60' });
    expect(await behind.get('/', { 'cache-control': 'only-if-cached' })).toMatch(/^504 /);
    expect(behind.seen).toEqual([]);
  });

  it('gives nothing stale when the origin is away', async () => {
    await origin({ 'cache-control': 'max-age=60' });
    await behind.get('/');
    behind.pass(60);
    behind.cache.cutOff(true);
    expect(await behind.get('/')).toMatch(/^502 /);
    behind.cache.cutOff(false);
    expect(await behind.get('/')).toBe('200 2');
  });
});

describe('validation (section 4.3)', () => {
  const answer = (tagOf: (req: IncomingMessage) => string) => (req: IncomingMessage, res: ServerResponse) => {
    res.setHeader('Cache-Control', 'no-cache');
    res.setHeader('ETag', tagOf(req));
    res.setHeader('Set-Cookie', `for=${req.headers.cookie}`);
    if (String(req.headers['if-none-match']).includes(tagOf(req))) res.writeHead(304).end();
  };

  it('gives the kept one after a 304 that names it, with the headers of the 304', async () => {
    behind = await behindCache(
      1,
      answer(() => '"same"'),
    );
    await behind.get('/', { cookie: 'a' });
    const other = await behind.ask('/', { cookie: 'b' });
    expect(other.answer?.body.toString()).toBe('1');
    expect([header(other, 'set-cookie'), header(other, 'x-cache')]).toEqual(['for=b', 'REVALIDATED']);
    expect(behind.seen[1]?.headers['if-none-match']).toBe('"same"');
  });

  it('gives the new one where the origin has another', async () => {
    behind = await behindCache(
      1,
      answer((req) => `"${req.headers.cookie}"`),
    );
    await behind.get('/', { cookie: 'a' });
    expect(await behind.get('/', { cookie: 'b' })).toBe('200 2');
    expect(await behind.get('/', { cookie: 'a' })).toBe('200 3');
  });

  it('leaves a 304 alone that speaks of what the client has', async () => {
    behind = await behindCache(
      1,
      answer((req) => `"${req.headers.cookie}"`),
    );
    await behind.get('/', { cookie: 'a' });
    expect(await behind.get('/', { cookie: 'b', 'if-none-match': '"b"' })).toBe('304 ');
    expect(behind.seen[1]?.headers['if-none-match']).toBe('"a", "b"');
  });

  it.each([
    ['"1"', '304 '],
    ['W/"1"', '304 '],
    ['"0", "1"', '304 '],
    ['*', '304 '],
    ['"2"', '200 1'],
  ])('answers If-None-Match: %s itself while it is fresh: %s', async (tags, expected) => {
    await origin({ 'cache-control': 'max-age=60', etag: '"1"' });
    await behind.get('/');
    expect(await behind.get('/', { 'if-none-match': tags })).toBe(expected);
    expect(behind.seen).toHaveLength(1);
  });

  it.each([
    ['Wed, 25 Nov 2026 12:00:00 GMT', '304 '],
    ['Wed, 25 Nov 2026 11:59:59 GMT', '200 1'],
  ])('answers If-Modified-Since: %s itself: %s', async (since, expected) => {
    await origin({ 'cache-control': 'max-age=60', 'last-modified': DATE });
    await behind.get('/');
    expect(await behind.get('/', { 'if-modified-since': since })).toBe(expected);
  });
});

describe('methods', () => {
  beforeEach(() => origin({ 'cache-control': 'max-age=60' }));

  it('answers HEAD from a kept GET, without its body, and keeps nothing of HEAD', async () => {
    expect(await behind.get('/', {}, 'HEAD')).toBe('200 ');
    expect(await behind.get('/')).toBe('200 2');
    const head = await behind.ask('/', {}, 'HEAD');
    expect([header(head, 'x-cache'), head.answer?.body.length]).toEqual(['HIT', 0]);
  });

  it('passes ranges through', async () => {
    await behind.get('/');
    expect(await behind.get('/', { range: 'bytes=0-1' })).toBe('200 2');
    expect(await behind.get('/')).toBe('200 1');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('forgets what a %s has changed (section 4.4)', async (method) => {
    await behind.get('/?page=1');
    await behind.get('/other');
    await behind.get('/?page=1', {}, method);
    expect(await behind.get('/?page=1')).toBe('200 4');
    expect(await behind.get('/other')).toBe('200 2');
  });

  it('keeps a POST from nobody', async () => {
    expect([await behind.get('/', {}, 'POST'), await behind.get('/', {}, 'POST')]).toEqual(['200 1', '200 2']);
  });
});

it('forgets where a successful POST led, but nothing of a failed one', async () => {
  behind = await behindCache(1, (req, res) => {
    res.setHeader('Cache-Control', 'max-age=60');
    if (req.method === 'POST') res.writeHead(req.url === '/fails' ? 500 : 303, { Location: '/page' });
  });
  await behind.get('/page');
  await behind.get('/fails', {}, 'POST');
  expect(await behind.get('/page')).toBe('200 1');
  await behind.get('/works', {}, 'POST');
  expect(await behind.get('/page')).toBe('200 4');
});

it('tells hosts and queries apart', async () => {
  await origin({ 'cache-control': 'max-age=60' });
  const answers = [
    await behind.get('/', { host: 'a.test' }),
    await behind.get('/', { host: 'b.test' }),
    await behind.get('/?a', { host: 'a.test' }),
    await behind.get('/', { host: 'A.test' }),
  ];
  expect(answers).toEqual(['200 1', '200 2', '200 3', '200 1']);
});
