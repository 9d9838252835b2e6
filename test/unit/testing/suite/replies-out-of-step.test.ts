/** A request that asks a store two things in a row is out of step with one reply, and given what is another's with two. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { repliesOutOfStep } from '../../../../lib/testing/suite/cases/replies-out-of-step.js';
import { toldBy } from './one-case.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

let store: Server;
beforeEach(async () => {
  store = createServer((socket) => {
    socket.on('error', () => {}).unref();
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\n').filter(Boolean)) setTimeout(() => socket.write(`${line}\n`), 25);
    });
  });
  await once(store.listen(0, '127.0.0.1').unref(), 'listening');
});
afterEach(() => void store.close());

/** One connection; each question takes the next line that comes, or that has come already. */
class Client {
  readonly #isCareful: boolean;
  #socket: Socket | null = null;
  #rest = '';
  #take: () => void = () => {};

  constructor(isCareful: boolean) {
    this.#isCareful = isCareful;
  }

  ask(line: string, signal: AbortSignal): Promise<string> {
    this.#socket ??= this.#open();
    this.#socket.write(`${line}\n`);
    return new Promise((resolve, reject) => {
      this.#take = () => {
        const [first, ...rest] = this.#rest.split('\n');
        if (rest.length === 0) return;
        [this.#rest, this.#take] = [rest.join('\n'), () => {}];
        resolve(first as string);
      };
      signal.addEventListener('abort', () => {
        this.#take = () => {};
        if (this.#isCareful) this.#drop();
        reject(new Error('cancelled'));
      });
    });
  }

  #open(): Socket {
    const socket = connect((store.address() as AddressInfo).port, '127.0.0.1').unref();
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        if (socket !== this.#socket) return;
        this.#rest += bytes;
        this.#take();
      });
    return socket;
  }

  #drop(): void {
    this.#socket?.destroy();
    [this.#socket, this.#rest] = [null, ''];
  }
}

async function told(isCareful: boolean): Promise<string[]> {
  const app = () => {
    const client = new Client(isCareful);
    return smallApp({
      account: async (req, res) => {
        const { user } = req.session;
        const gone = new AbortController();
        res.once('close', () => gone.abort());
        if (!user) return void res.sendStatus(401);
        await client.ask('PING', AbortSignal.any([])).catch(() => null);
        const profile = await client.ask(`profile of ${user}`, gone.signal).catch(() => null);
        if (!res.destroyed) res.send(profile ?? 'none');
      },
    });
  };
  return toldBy(repliesOutOfStep, { app, routes: ['/account'] });
}

it('is found where the connection goes on', async () => {
  expect(await told(false)).toEqual(['M16']);
});

it('is none where the connection is dropped', async () => {
  expect(await told(true)).toEqual([]);
});
