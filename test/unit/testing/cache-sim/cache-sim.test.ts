import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { Client } from '../../../../lib/evidence/client.js';
import { cacheSim, type RunningCache } from '../../../../lib/testing/cache-sim/cache-sim.js';

const echo = (req: IncomingMessage, res: ServerResponse) => {
  res.setHeader('Trailer', 'x');
  req.pipe(res);
};

let cache: RunningCache;
afterEach(() => cache?.close());

const post = (body: string) => new Client({ origin: cache.url }).ask({ method: 'POST', path: '/', body });

it('stands in front of an app', async () => {
  cache = await cacheSim().listen(echo);
  expect((await post('hello')).answer?.body.toString()).toBe('hello');
  expect(cache.profile.name).toBe('rfc9111');
});

describe('in front of a server', () => {
  let server: Server;
  beforeEach(() => {
    server = createServer(echo);
  });
  afterEach(() => server.close());

  it('starts one that does not listen, and ends it', async () => {
    cache = await cacheSim().listen(server);
    expect((await post('hello')).answer?.status).toBe(200);
    await cache.close();
    expect(server.listening).toBe(false);
  });

  it.each(['server', 'url'])('leaves one that listens (%s)', async (by) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    cache = await cacheSim().listen(by === 'url' ? `http://127.0.0.1:${port}/ignored` : server);
    expect((await post('hello')).answer?.status).toBe(200);
    await cache.close();
    expect(server.listening).toBe(true);
  });
});

it('takes rules instead of a profile', async () => {
  cache = await cacheSim({ defaultLifetime: 5 }).listen((_req, res) => res.end(String(Math.random())));
  const client = new Client({ origin: cache.url });
  const [one, two] = [await client.ask({ path: '/' }), await client.ask({ path: '/' })];
  expect(one.answer?.body).toEqual(two.answer?.body);
  expect(cache.profile).toMatchObject({ number: 0, heedsOrigin: true });
});

it('forgets on demand', async () => {
  cache = await cacheSim('emergency').listen((_req, res) => res.end(String(Math.random())));
  const client = new Client({ origin: cache.url });
  const one = await client.ask({ path: '/' });
  cache.purge();
  expect((await client.ask({ path: '/' })).answer?.body).not.toEqual(one.answer?.body);
});

it('passes on what belongs to the message, and nothing of the connection', async () => {
  let seen: readonly string[] = [];
  cache = await cacheSim().listen((req, res) => {
    seen = req.rawHeaders;
    res.writeHead(200, [
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Of-Connection',
      '1',
      'Connection',
      'X-Of-Connection',
    ]);
    res.end('x');
  });
  const headers = [
    ['Connection', 'X-Mine'],
    ['X-Mine', '1'],
    ['X-Other', '2'],
  ] as const;
  const { answer } = await new Client({ origin: cache.url }).ask({ path: '/', headers });
  expect(seen).toEqual(expect.arrayContaining(['X-Other', '2', 'X-Forwarded-For', '127.0.0.1']));
  expect(seen).not.toContain('X-Mine');
  const names = answer?.headers.map(([name]) => name);
  expect(names?.filter((name) => name === 'Set-Cookie')).toHaveLength(2);
  expect(names).not.toContain('X-Of-Connection');
});

it('writes down what became of each request, without queries and credentials', async () => {
  cache = await cacheSim(13).listen((_req, res) => res.end('x'));
  const client = new Client({ origin: cache.url });
  for (const cookie of ['sid=hush', 'sid=other'])
    await client.ask({ path: '/?token=hush', headers: [['Cookie', cookie]] });
  expect(cache.log.map(({ method, path, outcome }) => `${method} ${path} ${outcome}`)).toEqual([
    'GET / miss',
    'GET / hit',
  ]);
  expect(inspect(cache, { depth: 9 })).not.toContain('hush');
});

it('answers 502 where the origin is gone', async () => {
  const server = createServer(echo);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cache = await cacheSim().listen(server);
  await new Promise((resolve) => server.close(resolve));
  expect((await post('x')).answer?.status).toBe(502);
});

it.each([0, 14, 'steam', 'RFC9111'])('says which profiles there are instead of %p', (profile) => {
  expect(() => cacheSim(profile)).toThrow(/^cacheSim\(profile\) takes rules.* 1 rfc9111, 2 min-ttl/);
});

it.each([undefined, 'nowhere', {}])('says what it stands in front of instead of %p', async (origin) => {
  await expect(cacheSim().listen(origin as string)).rejects.toThrow(/^listen\(origin\) takes the URL/);
});
