/** An app with a kit in it, served over real HTTP on Express 5, Express 4 or Connect; closed after each test. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import connect from 'connect';
import express5, { type RequestHandler } from 'express';
import express4 from 'express4';
import type { SwapproofEvent } from '../../lib/events.js';
import type { SwapproofOptions } from '../../lib/options.js';
import { type CookieNames, cookieNames } from '../../lib/session/cookies.js';
import { memory } from '../../lib/stores/memory.js';
import { type Swapproof, swapproof } from '../../lib/swapproof.js';
import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
import { KitBrowser } from './kit-browser.js';
import { SECRETS } from './tokens.js';

export type Framework = 'express 5' | 'express 4' | 'connect';
export const FRAMEWORKS: readonly Framework[] = ['express 5', 'express 4', 'connect'];

export type Kit = Swapproof<Record<string, unknown>, unknown>;
type Next = (error?: unknown) => void;
export type Handler = (req: IncomingMessage, res: ServerResponse, next: Next) => unknown;

/** The little that the three frameworks have in common. */
export interface App {
  use(handler: Handler): void;
  use(handler: RequestHandler): void;
  /** `method` may be `*`. What an async handler rejects with goes to `next`, as people write it on Express 4. */
  on(method: string, path: string, handler: Handler): void;
}

export interface KitSetting {
  readonly framework?: Framework;
  readonly options?: Partial<SwapproofOptions>;
  /** NODE_ENV while the kit is made; jest's own is `test`. */
  readonly environment?: string;
  readonly clock?: FakeClock;
  before?(app: App): void;
  routes?(app: App, sessions: Kit): void;
  /** Lets go of what a test holds, before the kit is closed. */
  ending?(): void;
  /** Makes the server of the app's handler; default Node's own. */
  serve?(handler: (req: IncomingMessage, res: ServerResponse) => void): Server;
}

export interface KitApp {
  readonly sessions: Kit;
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
  readonly server: Server;
  readonly port: number;
  readonly names: CookieNames;
  readonly clock: FakeClock;
  readonly events: SwapproofEvent[];
  /** What reached the error handler. Its answer's body is the error's code. */
  readonly errors: (Error & { code?: string })[];
  codes(): string[];
  /** A new browser with cookies of its own. */
  browser(): KitBrowser;
  close(): Promise<void>;
}

const running: KitApp[] = [];
afterEach(() => Promise.all(running.splice(0).map((app) => app.close())));

/** Routes that are always there: GET /me, POST /login?as=alice, POST /logout. */
export async function startKit(setting: KitSetting = {}): Promise<KitApp> {
  const { framework = 'express 5', environment = 'test', clock = fakeClock() } = setting;
  const events: SwapproofEvent[] = [];
  const sessions = inEnvironment(environment, () =>
    makeKit({ clock, log: (event) => events.push(event), ...setting.options }),
  );
  const errors: KitApp['errors'] = [];
  const { app, handler } = make(framework);
  setting.before?.(app);
  app.use(sessions);
  setting.routes?.(app, sessions);
  commonRoutes(app, sessions);
  app.finish((error, _req, res, next) => {
    errors.push(error);
    if (res.headersSent) return next(error);
    res.statusCode = error.status ?? 500;
    res.end(error.code ?? error.name);
  });
  const server = setting.serve?.(handler) ?? createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const names = cookieNames(environment === 'test' || environment === 'development' ? port : null);
  const kitApp: KitApp = {
    sessions,
    handler,
    server,
    port,
    names,
    clock,
    events,
    errors,
    codes: () => events.map(({ code }) => code),
    browser: () => new KitBrowser(port, names),
    async close() {
      setting.ending?.();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sessions.close();
    },
  };
  running.push(kitApp);
  return kitApp;
}

export function makeKit(options: Partial<SwapproofOptions> = {}): Kit {
  return swapproof({
    secrets: SECRETS.slice(0, 1),
    store: memory({ insecureInProduction: true }),
    log: false,
    ...options,
  });
}

/** Runs `work` with another NODE_ENV. */
export function inEnvironment<T>(environment: string, work: () => T): T {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = environment;
  try {
    return work();
  } finally {
    process.env.NODE_ENV = before;
  }
}

export function parameter(req: IncomingMessage & { originalUrl?: string }, name: string): string {
  return new URL(req.originalUrl ?? req.url ?? '/', 'http://localhost').searchParams.get(name) ?? '';
}

/** What GET /me answers. */
export interface Me {
  readonly active: boolean;
  readonly id: string | null;
  readonly subject: string | null;
  readonly data: Record<string, unknown>;
  readonly inactiveBecause: string | null;
}

export function answerMe(sessions: Kit): Handler {
  return (req, res) => {
    const { active, id, subject, data, inactiveBecause } = sessions.of(req);
    res.end(JSON.stringify({ active, id, subject, data, inactiveBecause } satisfies Me));
  };
}

function commonRoutes(app: App, sessions: Kit): void {
  app.on('*', '/me', answerMe(sessions));
  app.on('POST', '/login', async (req, res) => {
    await sessions.of(req).start(parameter(req, 'as'));
    res.end('in');
  });
  app.on('POST', '/logout', async (req, res) => {
    await sessions.of(req).destroy();
    res.end('out');
  });
}

type ErrorHandler = (
  error: Error & { status?: number; code?: string },
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
) => void;

interface Made {
  readonly app: App & { finish(handler: ErrorHandler): void };
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
}

/** Express has the same `use`; its routes give events their patterns. */
interface Useful {
  (req: IncomingMessage, res: ServerResponse): void;
  use(handler: unknown): unknown;
}

interface Routing {
  all(path: string, handler: unknown): unknown;
}

function make(framework: Framework): Made {
  const app = (framework === 'connect'
    ? connect()
    : framework === 'express 4'
      ? express4()
      : express5()) as unknown as Useful;
  return {
    handler: (req, res) => app(req, res),
    app: {
      use: (handler: unknown) => void app.use(handler),
      finish: (handler) => void app.use(handler),
      on(method, path, handler) {
        const caught: Handler = (req, res, next) => {
          if (method !== '*' && req.method !== method) return next();
          const done = handler(req, res, next);
          if (done instanceof Promise) done.catch(next);
        };
        if (framework !== 'connect') (app as unknown as Routing).all(path, caught);
        else
          app.use((req: IncomingMessage, res: ServerResponse, next: Next) =>
            pathOf(req) === path ? caught(req, res, next) : next(),
          );
      },
    },
  };
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '/').split('?', 1)[0] ?? '/';
}
