/** What the swap suite is told about an app. Everything but app, login, whoami and routes has a default that suits most. */
import type { RequestListener, Server } from 'node:http';
import { TestingError } from '../../errors.js';
import type { HeaderLine } from '../../evidence/exchange.js';
import { ALL_MECHANISMS, type Mechanism } from '../../evidence/mechanisms.js';
import type { Hooks, Mail } from './hooks.js';
import type { Person } from './person.js';

/** One account. Every string in it that is no password is taken for a mark: nobody else may be shown it. */
export interface SuiteUser {
  readonly username: string;
  readonly password: string;
  readonly [field: string]: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** How to log in where there is no form to fill in. */
export interface LoginRequest {
  readonly path: string;
  /** Default POST. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The fields of an urlencoded body, or those of a JSON body. Default: those of the form at `path`. */
  readonly form?: (user: SuiteUser) => Fields;
  readonly json?: (user: SuiteUser) => Fields;
}

export interface RouteRequest {
  /** Default GET. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Fields;
  readonly json?: unknown;
}

/** A token, as its holder uses it. */
export interface TokenHooks {
  /** Makes one for the person; answers its secret. */
  readonly create: (person: Person) => Promise<string>;
  /** Whether the app takes the secret for a good one. */
  readonly verify: (secret: string) => Promise<boolean>;
  /** Whatever else reads and writes tokens: lists, renames, notes when they were used. */
  readonly touch?: (person: Person) => unknown;
}

type App = RequestListener | Server;

export interface SuiteOptions {
  /**
   * An Express or Connect app, a listener, an http.Server, or a function of no or one argument that makes one: each case
   * then gets an app of its own, which is better, since what one case leaves behind can't be seen by the next.
   */
  readonly app?: App | ((hooks: Hooks) => App | Promise<App>);
  /** Instead of `app`: where it runs, as `http://127.0.0.1:3000`. Whatever needs a look inside is then not covered. */
  readonly url?: string;
  /**
   * `'/login'`: the form on that page is filled in, or, where there is none, the usual names of its fields are sent. Or a request, or
   * a function that logs `person` in with its own requests; it may answer `{ cookie }` or `{ headers }` to be sent from then on.
   */
  readonly login: string | LoginRequest | ((person: Person, user: SuiteUser) => unknown);
  /** `'/whoami'` or `'POST /sessions/whoami'`: a route that says who is logged in. Or a function that answers it. */
  readonly whoami: string | RouteRequest | ((person: Person) => Promise<unknown>);
  /** What is asked, as `'/account'` or `'POST /notes'`. Name all that shows or does something personal. */
  readonly routes: readonly (string | RouteRequest)[];
  /** Default: `'POST /logout'`, if the app has it. */
  readonly logout?: string | RouteRequest;
  /** At least two. Default: names that nobody can guess, which the app's login must then accept. */
  readonly users?: readonly SuiteUser[];
  /** Puts `person.canary('name of the field')` into every field of the account, once after its first login. */
  readonly plant?: (person: Person) => unknown;
  /**
   * Begins what another request ends, as a login by a link in a mail or by another site: answers that link, or the address to
   * which the other site would send the browser back. It is then opened by somebody else.
   */
  readonly links?: (person: Person) => Promise<string>;
  /** Credentials beside the session, as API tokens. Default: those that a POST among the routes answers. */
  readonly tokens?: TokenHooks;
  /** What the app's store has of a person, as its profile or the rows that were imported; looked through for somebody else's. */
  readonly records?: (person: Person) => unknown;
  /**
   * Where sessions of this app must not count: the URL of another app, another app, or the name of another host of this one, as
   * `tenant-b.example.com`, which is then sent as `Host` and as `X-Forwarded-Host`.
   */
  readonly also?: readonly (string | RequestListener | Server)[];
  /** Stores to hold and to break, in place. One of express-session is found by itself. */
  readonly stores?: readonly object[];
  /** What the app has mailed so far, if it is not a function that takes `hooks.mail`: the recipient is compared with whose it is. */
  readonly mails?: () => readonly Mail[];
  /** Only these. Default all. */
  readonly mechanisms?: readonly Mechanism[];
  /** Repeats the choices of a run. Default a new one, which the report names. */
  readonly seed?: string;
  /** Milliseconds for everything. Default 60,000. */
  readonly deadline?: number;
}

/** A route, ready to be asked. */
export interface Route {
  /** `GET /account`. */
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly HeaderLine[];
  readonly body?: string;
}

export const DEADLINE = 60_000;
const METHOD_AND_PATH = /^(?:([A-Z]+) )?(\/\S*)$/;

/** @throws TestingError ERR_INVALID_ARGUMENT that names the option */
export function routeOf(given: string | RouteRequest, option: string): Route {
  if (typeof given !== 'string') return ready(given, option);
  const [, method, path] = METHOD_AND_PATH.exec(given) ?? [];
  if (path === undefined) refuse(`${option} must be like '/account' or 'POST /notes', not ${JSON.stringify(given)}.`);
  return ready({ path, ...(method !== undefined && { method }) }, option);
}

function ready({ method = 'GET', path, headers = {}, form, json }: RouteRequest, option: string): Route {
  if (typeof path !== 'string' || !path.startsWith('/')) refuse(`${option}: the path must begin with a slash.`);
  const lines = Object.entries(headers);
  const label = `${method} ${path}`;
  if (json !== undefined) {
    return {
      label,
      method,
      path,
      headers: [...lines, ['Content-Type', 'application/json']],
      body: JSON.stringify(json),
    };
  }
  if (form === undefined) return { label, method, path, headers: lines };
  return { label, method, path, headers: [...lines, ['Content-Type', FORM]], body: encoded(form) };
}

export const FORM = 'application/x-www-form-urlencoded';

export function encoded(fields: Fields): string {
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]) => [name, String(value)] as [string, string]),
  ).toString();
}

/** @throws TestingError ERR_INVALID_ARGUMENT */
export function checkSuiteOptions(options: SuiteOptions): void {
  if ((options.app === undefined) === (options.url === undefined)) refuse('give either app or url.');
  if (options.app !== undefined && typeof options.app !== 'function' && typeof options.app.listen !== 'function') {
    refuse('app must be an Express or Connect app, a listener, an http.Server, or a function that makes one.');
  }
  if (options.url !== undefined && !URL.canParse(options.url)) refuse('url must be like http://127.0.0.1:3000.');
  if (!options.login) refuse("login must be a path as '/login', a request, or a function.");
  if (!options.whoami) refuse("whoami must be a route as '/whoami', or a function.");
  checkRoutes(options);
  if (options.users !== undefined && options.users.length < 2) refuse('users must be at least two.');
  for (const mechanism of options.mechanisms ?? []) {
    if (!ALL_MECHANISMS.includes(mechanism))
      refuse(`mechanisms: there is no ${String(mechanism)}; they are M1 to M29.`);
  }
}

function checkRoutes({ routes, whoami, logout }: SuiteOptions): void {
  if (!Array.isArray(routes) || routes.length === 0) refuse("routes must name at least one, as ['/account'].");
  for (const route of routes) routeOf(route, 'routes');
  if (typeof whoami !== 'function') routeOf(whoami, 'whoami');
  if (logout !== undefined) routeOf(logout, 'logout');
}

function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', `swapSuite(): ${message}`);
}
