/**
 * A CDN in a few lines, as careless as a real one was: the path alone is the key, every answer to a GET is kept for a
 * second whatever the origin says, Set-Cookie included.
 */
import { createServer, type IncomingMessage, request } from 'node:http';

interface Kept {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly until: number;
}

export interface CarelessCache {
  readonly port: number;
  close(): Promise<void>;
}

const MINIMUM_LIFETIME = 1000;

/** @param now milliseconds; what the lifetime is measured by */
export async function startCarelessCache(originPort: number, now: () => number): Promise<CarelessCache> {
  const cache = new Map<string, Kept>();
  const server = createServer(async (req, res) => {
    const key = req.method === 'GET' ? (req.url ?? '/').replace(/\?.*$/, '') : null;
    const kept = key === null ? undefined : cache.get(key);
    const hit = kept !== undefined && now() < kept.until;
    const answer = hit ? kept : await askOrigin(originPort, req, now() + MINIMUM_LIFETIME);
    if (key !== null) cache.set(key, answer);
    res.writeHead(answer.status, [...answer.headers, 'X-Cache', hit ? 'HIT' : 'MISS']);
    res.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The cache has no port.');
  return {
    port: address.port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function askOrigin(port: number, req: IncomingMessage, until: number): Promise<Kept> {
  const { method = 'GET', url = '/' } = req;
  const headers = { ...req.headers, 'x-forwarded-for': '127.0.0.1' };
  const body = await read(req);
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path: url, headers }, resolve).on('error', reject).end(body);
  });
  const kept = { status: incoming.statusCode ?? 502, headers: endToEnd(incoming.rawHeaders), until };
  return { ...kept, body: await read(incoming) };
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Headers of the connection are not part of the answer. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_text, index) => {
    const name = rawHeaders[index - (index % 2)]?.toLowerCase() ?? '';
    return !['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name);
  });
}
