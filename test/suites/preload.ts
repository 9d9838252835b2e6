/**
 * `mocha --require`: mounts guard() first in the process of somebody else's suite, and sends a cookie with its requests.
 * What the guard met is left in a file, so that nobody mistakes a guard that never ran for one that changed nothing.
 */
import { writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { guard } from 'swapproof';
import type { Mount } from './worlds.js';

export interface Met {
  readonly requests: number;
  /** How often, by code. */
  readonly events: Readonly<Record<string, number>>;
  /** The messages of critical events: a head that no guard judged, a context in the wrong place. */
  readonly critical: readonly string[];
}

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

const { SUITE_MOUNT: given, SUITE_REPORT: report } = process.env;
if (given === undefined || report === undefined) throw new Error('Run by test/suites/run.ts.');
const mount = JSON.parse(given) as Mount;

const events: Record<string, number> = {};
const critical: string[] = [];
let requests = 0;
process.on('exit', () => writeFileSync(report, JSON.stringify({ requests, events, critical } satisfies Met)));

if (mount.guard === 'apps') mountOnApps(counted());
if (mount.guard === 'servers') for (const { Server } of [http, https]) mountOnServers(Server.prototype, counted());
if (mount.cookie !== undefined) sendWithEveryRequest(mount.cookie);

function counted(): Middleware {
  const guarded = guard({
    ...mount.options,
    log: ({ code, severity, message }) => {
      events[code] = (events[code] ?? 0) + 1;
      if (severity === 'critical') critical.push(message);
    },
  });
  return (req, res, next) => {
    requests++;
    guarded(req, res, next);
  };
}

interface Router {
  use(middleware: Middleware): void;
}

interface Application {
  init(): void;
  readonly router: Router;
  /** Express 4. */
  lazyrouter?(): void;
  _router?: Router;
}

/** As `app.use(guard())` in the first line would. An app makes its router, by its settings, when it is first used. */
function mountOnApps(middleware: Middleware): void {
  const application = createRequire(join(process.cwd(), 'package.json'))('./lib/application.js') as Application;
  if (application.lazyrouter) mountOnApps4(application, application.lazyrouter, middleware);
  else mountOnApps5(application, middleware);
}

function mountOnApps4(application: Application, makeRouter: () => void, middleware: Middleware): void {
  application.lazyrouter = function lazyrouter(this: Application) {
    const made = this._router === undefined;
    makeRouter.call(this);
    if (made) this._router?.use(middleware);
  };
}

function mountOnApps5(application: Application, middleware: Middleware): void {
  const init = application.init;
  application.init = function guardedInit(this: Application) {
    init.call(this);
    const makeRouter = Object.getOwnPropertyDescriptor(this, 'router')?.get;
    if (!makeRouter) throw new Error('This Express makes its router in a way that is not known here.');
    let router: Router | undefined;
    const get = () => {
      if (router) return router;
      router = makeRouter.call(this) as Router;
      router.use(middleware);
      return router;
    };
    Object.defineProperty(this, 'router', { configurable: true, enumerable: true, get });
  };
}

/** In front of every server's listeners, where a suite has servers and no apps. */
function mountOnServers(prototype: http.Server, middleware: Middleware): void {
  const emit = prototype.emit as (...args: unknown[]) => boolean;
  prototype.emit = function guardedEmit(this: http.Server, ...args: unknown[]): boolean {
    const [name, req, res] = args;
    if (name !== 'request') return emit.apply(this, args);
    middleware(req as IncomingMessage, res as ServerResponse, (error) => {
      if (error) throw error;
      emit.apply(this, args);
    });
    return true;
  };
}

/** Requests of both of Node's clients. One that has a cookie of this name already keeps its own, as a browser would. */
function sendWithEveryRequest(cookie: string): void {
  const name = cookie.slice(0, cookie.indexOf('=') + 1);
  const withCookie = (own: unknown) => {
    if (own === undefined) return cookie;
    return String(own).includes(name) ? String(own) : `${String(own)}; ${cookie}`;
  };
  for (const client of [http, https]) {
    const request = client.request as (...args: unknown[]) => http.ClientRequest;
    const requestWithCookie = (...args: unknown[]) => {
      const outgoing = request(...args);
      const set = outgoing.setHeader.bind(outgoing);
      outgoing.setHeader = (header, value) =>
        set(header, header.toLowerCase() === 'cookie' ? withCookie(value) : value);
      set('Cookie', withCookie(outgoing.getHeader('Cookie')));
      return outgoing;
    };
    const get = (...args: unknown[]) => requestWithCookie(...args).end();
    Object.assign(client, { request: requestWithCookie, get });
  }
}
