/** The app behind a cache: one that runs elsewhere, or one that is served for as long as the cache is. */
import { createServer, type RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestingError } from '../../errors.js';

export interface Behind {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws TestingError ERR_INVALID_ARGUMENT */
export async function originOf(origin: unknown): Promise<Behind> {
  const left: Behind['close'] = async () => {};
  if ((typeof origin === 'string' || origin instanceof URL) && URL.canParse(String(origin))) {
    return { url: new URL(String(origin)).origin, close: left };
  }
  if (origin instanceof Server && origin.listening) return { url: addressOf(origin), close: left };
  if (typeof origin !== 'function' && !(origin instanceof Server)) {
    throw new TestingError(
      'ERR_INVALID_ARGUMENT',
      'listen(origin) takes the URL of a running app, an http.Server, or an app as Express and Connect have.',
    );
  }
  const server = origin instanceof Server ? origin : createServer(origin as RequestListener);
  return { url: await start(server), close: () => end(server) };
}

/** On a free port of 127.0.0.1; answers the URL. */
export async function start(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return addressOf(server);
}

/** A server that listens on all addresses is asked over loopback. */
function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
