/** What the app talks to: an OAuth provider, where bob is logged in, and an upstream with habits of its own. */
import { createServer, type RequestListener, type Server } from 'node:http';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export async function listen(handler: RequestListener): Promise<Listening> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Code and access token are the name of the one who is logged in there. */
export function startProvider(): Promise<Listening> {
  return listen((req, res) => {
    const url = new URL(req.url ?? '/', 'http://provider');
    if (url.pathname === '/token') {
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify({ access_token: 'bob', token_type: 'Bearer' }));
      return;
    }
    const back = new URL(url.searchParams.get('redirect_uri') ?? 'http://nowhere');
    back.searchParams.set('code', 'bob');
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    res.writeHead(302, { Location: back.href }).end();
  });
}

export function startUpstream(): Promise<Listening> {
  return listen((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      res.setHeader('Cache-Control', 'public, max-age=300');
      res.setHeader('Set-Cookie', ['legacy=1; Path=/legacy', 'legacy.theme=dark; Path=/legacy; Max-Age=3600']);
      // It is an Express app as well, with the same name for another session.
      if (req.url === '/login') res.setHeader('Set-Cookie', 'connect.sid=s%3Aupstream.signature; Path=/; HttpOnly');
      res.end(`legacy ${req.method} ${req.url} for ${req.headers['x-user'] ?? 'nobody'} ${Buffer.concat(chunks)}`);
    });
  });
}
