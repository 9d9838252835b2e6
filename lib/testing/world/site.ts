/** Where the app runs while it is asked: a server of ours on loopback, or a URL. */
import { createServer, type RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hooks } from './hooks.js';
import type { Account } from './person.js';
import type { SuiteOptions } from './suite-options.js';

export interface Site {
  readonly origin: string;
  /** Null for a URL: nothing of it can be reached. */
  readonly server: Server | null;
  /** Accounts whose fields hold canaries by now. */
  readonly planted: Set<Account>;
  close(): Promise<void>;
}

type AppOption = NonNullable<SuiteOptions['app']>;

/** Whether each case can have an app of its own. */
export function isFactory(
  app: AppOption,
): app is (hooks: Hooks) => RequestListener | Server | Promise<RequestListener | Server> {
  return typeof app === 'function' && app.length < 2;
}

export async function openSite({ app, url }: SuiteOptions, hooks: Hooks): Promise<Site> {
  if (app === undefined)
    return { origin: new URL(url as string).origin, server: null, planted: new Set(), close: async () => {} };
  return serve(isFactory(app) ? await app(hooks) : app);
}

export function serve(app: RequestListener | Server): Promise<Site> {
  return app instanceof Server || typeof app !== 'function' ? onOwnServer(app) : onNewServer(app);
}

async function onNewServer(listener: RequestListener): Promise<Site> {
  const server = createServer(listener);
  await listening(server);
  return { origin: originOf(server), server, planted: new Set(), close: () => closed(server) };
}

/** A server that listens already is left open: it is somebody else's. */
async function onOwnServer(server: Server): Promise<Site> {
  if (server.listening) return { origin: originOf(server), server, planted: new Set(), close: async () => {} };
  await listening(server);
  return { origin: originOf(server), server, planted: new Set(), close: () => closed(server) };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
