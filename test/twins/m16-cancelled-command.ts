import { connect, createServer, type Server, type Socket } from 'node:net';
import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** A server of values that answers in the order of the questions, after a moment. */
function valueServer(): Server {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\n').filter(Boolean)) {
        setTimeout(() => socket.write(`profile of ${line}\n`), 20);
      }
    });
    socket.unref();
  });
  return server.listen(0, '127.0.0.1').unref();
}

/** redis-py CVE-2023-28858: a command is given up, its reply still comes, and the next command takes it for its own. */
class Client {
  readonly #server: Server;
  readonly #safe: boolean;
  #waiting: ((reply: string) => void)[] = [];
  #socket: Socket | null = null;

  constructor(server: Server, safe: boolean) {
    this.#server = server;
    this.#safe = safe;
  }

  get(key: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = this.#connection();
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => {
        // Nobody waits for the reply any more.
        this.#waiting = this.#waiting.filter((waiting) => waiting !== resolve);
        if (this.#safe) this.#drop();
        reject(new Error('cancelled'));
      });
      socket.write(`${key}\n`);
    });
  }

  #connection(): Socket {
    if (this.#socket !== null) return this.#socket;
    const { port } = this.#server.address() as { port: number };
    const socket = connect(port, '127.0.0.1').unref();
    socket.on('error', () => {});
    let rest = '';
    socket.on('data', (bytes) => {
      const lines = `${rest}${bytes}`.split('\n');
      rest = lines.pop() ?? '';
      if (this.#socket === socket) for (const line of lines) this.#waiting.shift()?.(line);
    });
    this.#socket = socket;
    return socket;
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#waiting = [];
  }
}

async function make(safe: boolean) {
  const server = valueServer();
  await new Promise((resolve) => server.once('listening', resolve));
  const client = new Client(server, safe);
  const app = loginApp();
  app.get('/profile', requireUser, async (req, res) => {
    const gone = new AbortController();
    res.on('close', () => res.writableEnded || gone.abort());
    const profile = await client.get(userOf(req) as string, gone.signal).catch(() => null);
    if (profile === null) return void res.status(503).end();
    return void res.json({ profile });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M16',
  name: 'a hand-written client whose cancelled command leaves its reply',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/profile'] },
};
