/** What comes over HTTP/2 only in part is no answer. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Http2Client } from '../../../../lib/cli/doctor/http2-client.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function clientOf(answer: (stream: ServerHttp2Stream) => void, deadline = 5_000): Promise<Http2Client> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer().on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    answer(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Http2Client({ origin, insecureTls: false, deadline });
  closing.push(() => {
    client.close();
    for (const session of sessions) session.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return client;
}

function begin(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200 });
  stream.write('half');
}

it('takes a whole answer', async () => {
  const client = await clientOf((stream) => {
    stream.respond({ ':status': 200, 'x-a': 'b' });
    stream.end('whole');
  });
  const { answer, failure } = await client.ask({ path: '/' }, 'ada');
  expect([answer?.status, String(answer?.body), failure]).toEqual([200, 'whole', null]);
  expect(answer?.headers).toContainEqual(['x-a', 'b']);
});

it('does not take half of one, whoever ended it', async () => {
  const late = await clientOf(begin, 50);
  expect(await late.ask({ path: '/' }, null)).toMatchObject({ answer: null, failure: 'no answer in time' });
  const cut = await clientOf((stream) => {
    begin(stream);
    setImmediate(() => stream.session?.destroy());
  });
  expect((await cut.ask({ path: '/' }, null)).answer).toBeNull();
  const interruption = new AbortController();
  const interrupted = await clientOf((stream) => {
    begin(stream);
    interruption.abort();
  });
  expect((await interrupted.ask({ path: '/' }, null, interruption.signal)).answer).toBeNull();
});

it('gives up an answer that does not end', async () => {
  const client = await clientOf((stream) => {
    stream.respond({ ':status': 200 });
    const more = () => {
      while (!stream.destroyed && stream.write(Buffer.alloc(1024 * 1024)));
      if (!stream.destroyed) stream.once('drain', more);
    };
    more();
  });
  const { answer, failure } = await client.ask({ path: '/' }, null);
  expect([answer, failure]).toEqual([null, 'the answer is larger than 16 MiB']);
});
