/** Where the app runs while it is asked: a server of ours on loopback, or a URL. */
import { createServer, type RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Hooks, Mail } from './hooks.js';
import type { Account } from './person.js';
import type { SuiteOptions } from './suite-options.js';

export interface Site {
  readonly origin: string;
  /** Null for a URL: nothing of it can be reached. */
  readonly server: Server | null;
  /** Accounts whose fields hold canaries by now. */
  readonly planted: Set<Account>;
  /** What the app has handed to `hooks.mail`. */
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

type AppOption = NonNullable<SuiteOptions['app']>;

/** Whether each case can have an app of its own. */
export function isFactory(
  app: AppOption,
): app is (hooks: Hooks) => RequestListener | Server | Promise<RequestListener | Server> {
  return typeof app === 'function' && app.length < 2;
}

export async function openSite({ app, url }: SuiteOptions, { seed }: Pick<Hooks, 'seed'>): Promise<Site> {
  const mails: Mail[] = [];
  if (app === undefined) return siteOf(null, new URL(url as string).origin, mails);
  return serve(isFactory(app) ? await app({ seed, mail: (mail) => void mails.push(mail) }) : app, mails);
}

export async function serve(app: RequestListener | Server, mails: readonly Mail[] = []): Promise<Site> {
  const server = app instanceof Server || typeof app !== 'function' ? app : createServer(app);
  // One that listens already is left open: it is somebody else's.
  if (server.listening) return siteOf(server, originOf(server), mails);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  await listening(server);
  return siteOf(server, originOf(server), mails, async () => {
    await closed(server, sockets);
    server.off('connection', keep);
  });
}

function siteOf(server: Server | null, origin: string, mails: readonly Mail[], close = async () => {}): Site {
  return { origin, server, planted: new Set(), mails, close };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}

/** Connections that have become something else, as WebSockets, are no longer Node's to close. */
function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<unknown> {
  const over = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  for (const socket of sockets) socket.destroy();
  return over;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
