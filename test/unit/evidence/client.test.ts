import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '../../../lib/evidence/client.js';
import { burst, LastByte } from '../../../lib/evidence/last-byte.js';
import { converse, pipeline } from '../../../lib/evidence/wire.js';
import { deferred } from '../../helpers/deferred.js';

const servers: ReturnType<typeof createServer>[] = [];
const clients: Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(origin: string, options = {}): Client {
  const client = new Client({ origin, ...options });
  clients.push(client);
  return client;
}

it('records question, answer and connection', async () => {
  const origin = await serve((req, res) => {
    req.resume().on('end', () => res.setHeader('Set-Cookie', ['a=1', 'b=2']).end(`${req.method} ${req.url}`));
  });
  const client = clientOf(origin, { keepAlive: true });
  const first = await client.ask({ method: 'POST', path: '/x?y', body: 'z' }, { asker: 'ada' });
  const second = await client.ask({ path: '/' });
  expect(first).toMatchObject({ asker: 'ada', failure: null, answer: { status: 200 } });
  expect(first.answer?.body.toString()).toBe('POST /x?y');
  expect(first.answer?.headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value)).toEqual([
    'a=1',
    'b=2',
  ]);
  expect(second.connection).toBe(first.connection);
  expect(second.startedAt).toBeGreaterThanOrEqual(first.endedAt);
});

it('takes a connection of its own for each request, unless told otherwise', async () => {
  const client = clientOf(await serve((_req, res) => res.end()));
  const [first, second] = [await client.ask({ path: '/' }), await client.ask({ path: '/' })];
  expect(second.connection).not.toBe(first.connection);
});

it('gives up an answer that does not end', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024);
  const origin = await serve((_req, res) => {
    const more = () => {
      while (!res.destroyed && res.write(mebibyte));
      if (!res.destroyed) res.once('drain', more);
    };
    more();
  });
  const { answer, failure } = await clientOf(origin).ask({ path: '/' });
  expect([answer, failure]).toEqual([null, 'the answer is larger than 16 MiB']);
});

it('tells a failure instead of rejecting: nobody there, no answer in time, a header that cannot be sent', async () => {
  const silent = await serve(() => {});
  expect((await clientOf('http://127.0.0.1:1').ask({ path: '/' })).failure).toMatch(/ECONNREFUSED/);
  expect((await clientOf(silent, { deadline: 20 }).ask({ path: '/' })).failure).toBe('no answer in time');
  const bad = await clientOf(silent).ask({ path: '/', headers: [['X', 'a\nb']] });
  expect(bad).toMatchObject({ answer: null, failure: expect.stringMatching(/Invalid character/) });
});

it('cuts the connection after so many bytes of the body', async () => {
  const closed = deferred<void>();
  const origin = await serve((req, res) => {
    res.write('x'.repeat(100));
    req.socket.on('close', () => closed.resolve());
  });
  const { answer } = await clientOf(origin).ask({ path: '/' }, { abortAfter: 10 });
  expect(answer?.body.toString()).toBe('x'.repeat(10));
  await closed.promise;
});

it('sends all but the last byte, and that when released', async () => {
  let came = 0;
  const origin = await serve((req, res) => {
    came++;
    req.resume().on('end', () => res.end());
  });
  const client = clientOf(origin);
  const lastByte = new LastByte();
  const asked = client.ask({ path: '/' }, { lastByte });
  await lastByte.arrived;
  expect((await client.ask({ path: '/other' })).answer?.status).toBe(200);
  expect(came).toBe(1);
  lastByte.release();
  expect((await asked).answer?.status).toBe(200);
  expect(came).toBe(2);
});

it('asks in a burst: none is answered before all have arrived', async () => {
  const waiting: (() => void)[] = [];
  const origin = await serve((_req, res) => {
    waiting.push(() => res.end());
    if (waiting.length === 8) for (const answer of waiting) answer();
  });
  const client = clientOf(origin);
  const asks = Array.from({ length: 8 }, (_none, index) => ({ client, question: { path: `/${index}`, body: 'b' } }));
  const exchanges = await burst(asks);
  expect(exchanges.map(({ answer, question }) => [question.path, answer?.status])).toEqual(
    asks.map(({ question }) => [question.path, 200]),
  );
});

it('is not held up by one of a burst that cannot connect', async () => {
  const client = clientOf(await serve((_req, res) => res.end()));
  const exchanges = await burst([
    { client, question: { path: '/' } },
    { client: clientOf('http://127.0.0.1:1'), question: { path: '/' } },
  ]);
  expect(exchanges.map(({ answer }) => answer?.status)).toEqual([200, undefined]);
});

it('pipelines two requests in one packet', async () => {
  const origin = await serve((req, res) => res.end(`for ${req.headers.cookie}`));
  const { answers, rest } = await pipeline(origin, [
    { path: '/', headers: [['Cookie', 'ada']] },
    { path: '/', headers: [['Cookie', 'bob']] },
  ]);
  expect(answers.map(({ body }) => body.toString())).toEqual(['for ada', 'for bob']);
  expect(rest).toHaveLength(0);
});

it('keeps bytes that belong to no response', async () => {
  const origin = await serve((_req, res) => {
    res.setHeader('Content-Length', 2);
    res.strictContentLength = false;
    res.end('ok, and more');
  });
  const { answers, rest } = await converse(origin, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), {
    methods: ['GET', 'GET'],
    deadline: 100,
  });
  expect(answers.map(({ body }) => body.toString())).toEqual(['ok']);
  expect(rest.toString()).toBe(', and more');
});

it('asks at the address it was given, under the name of the origin', async () => {
  const hosts: (string | undefined)[] = [];
  const origin = await serve((req, res) => {
    hosts.push(req.headers.host);
    res.end();
  });
  const { port } = new URL(origin);
  const client = new Client({ origin: `http://app.test:${port}`, address: '127.0.0.1' });
  const lastByte = new LastByte();
  lastByte.release();
  const answers = [await client.ask({ path: '/' }), await client.ask({ path: '/' }, { lastByte })];
  expect(answers.map(({ answer }) => answer?.status)).toEqual([200, 200]);
  expect(hosts).toEqual([`app.test:${port}`, `app.test:${port}`]);
});

it('takes what a stream of events has sent for its answer: it has no end', async () => {
  const origin = await serve((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: hello\n\n');
  });
  const { answer, failure } = await clientOf(origin).ask({ path: '/' });
  expect(failure).toBeNull();
  expect(answer?.body.toString()).toBe('data: hello\n\n');
});
