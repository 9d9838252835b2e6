/** From what was typed to the options of a run. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shownBody, withoutSecrets } from '../../evidence/shown.js';
import { FORM, type Route } from '../../testing/world/suite-options.js';
import { CannotRun } from '../cannot-run.js';
import type { Console } from '../console.js';
import { httpUrl } from '../host-check.js';
import { DEFAULTS, type HammerOptions, type HammerUser, isRead, type Login, type LoginFunction } from './options.js';
import { typedUser, userOfJar, usersOfFile, withMarks } from './users.js';

export interface Typed extends Readonly<Record<string, unknown>> {
  readonly users?: string;
  readonly user: readonly string[];
  readonly jar: readonly string[];
  readonly login?: string;
  readonly loginJson?: string;
  readonly loginModule?: string;
  readonly fields: string;
  readonly whoami?: string;
  readonly route: readonly string[];
  readonly mark: readonly string[];
  readonly browsers?: number;
  readonly requests?: number;
  readonly seconds?: number;
  readonly direct?: boolean;
  readonly insecureTls?: boolean;
  readonly iOwnThisHost?: boolean;
  readonly seed?: string;
}

/** @throws CannotRun */
export async function optionsOf(address: string, typed: Typed, { environment = {} }: Console): Promise<HammerOptions> {
  const url = httpUrl(address);
  const users = withMarks(await usersOf(typed, url, environment), typed.mark);
  const page = `${url.pathname}${url.search}`;
  const routes = (typed.route.length > 0 ? typed.route : [page]).map((text) => routeOf(text, '--route'));
  const readable = routes.find(({ method }) => isRead(method));
  return {
    url: address,
    users,
    login: await loginOf(typed),
    routes,
    whoami: typed.whoami === undefined ? (readable ?? routeOf(page, 'the URL')) : routeOf(typed.whoami, '--whoami'),
    browsers: typed.browsers ?? Math.max(DEFAULTS.browsers, users.length),
    requests: typed.requests ?? DEFAULTS.requests,
    seconds: typed.seconds ?? DEFAULTS.seconds,
    direct: typed.direct ?? null,
    insecureTls: typed.insecureTls === true,
    ownsHost: typed.iOwnThisHost === true,
    ...(typed.seed !== undefined && { seed: typed.seed }),
    replay: (seed) => commandOf(address, typed, seed),
  };
}

async function usersOf(typed: Typed, url: URL, environment: Console['environment'] = {}): Promise<HammerUser[]> {
  const { users, user, jar } = typed;
  const ways = [users !== undefined || user.length > 0, jar.length > 0].filter(Boolean).length;
  if (ways === 0)
    throw new CannotRun('Say who logs in: --users users.csv, --user ada --user bob, or --jar ada.txt --jar bob.txt.');
  if (ways > 1) throw new CannotRun('--jar is for users who are logged in already: leave out --user and --users.');
  if (jar.length > 0) return Promise.all(jar.map((file) => userOfJar(file, url)));
  return [
    ...(users === undefined ? [] : await usersOfFile(users)),
    ...user.map((text) => typedUser(text, environment)),
  ];
}

/** @throws CannotRun */
async function loginOf({ jar, login, loginJson, loginModule, fields }: Typed): Promise<Login> {
  const given = [login, loginJson, loginModule].filter((way) => way !== undefined);
  if (given.length > 1) throw new CannotRun('Give one of --login, --login-json and --login-module.');
  if (jar.length > 0) return { kind: 'cookies' };
  if (loginModule !== undefined) return { kind: 'module', logIn: await functionOf(loginModule) };
  const names = fields.split(',').map((name) => name.trim());
  const [name, password] = names;
  if (!name || !password || names.length !== 2) {
    throw new CannotRun(`--fields ${fields}: give the names of two fields, as in --fields email,password.`);
  }
  const path = loginJson ?? login ?? '/login';
  if (!path.startsWith('/')) throw new CannotRun(`${path} is no path: it must begin with a slash, as /login does.`);
  return { kind: loginJson === undefined ? 'form' : 'json', path, fields: [name, password] };
}

async function functionOf(file: string): Promise<LoginFunction> {
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new CannotRun(`--login-module ${file} can't be loaded: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof loaded.default === 'function') return loaded.default as LoginFunction;
  throw new CannotRun(
    `--login-module ${file}: it must export default async (client, user) => { await client.post(...) }.`,
  );
}

/** `/account`, `POST /notes`, `POST /notes text=hello`, `POST /api/notes {"text":"hello"}` @throws CannotRun */
export function routeOf(text: string, option: string): Route {
  const { method, path, body } = partsOf(text);
  if (path === undefined) {
    throw new CannotRun(`${option} ${text}: give a path, as /account, 'POST /notes' or 'POST /notes text=hello'.`);
  }
  const label = `${method} ${withoutSecrets(path)}`;
  if (body === undefined) return { label, method, path, headers: [] };
  const type = /^[[{]/.test(body) ? 'application/json' : FORM;
  return { label, method, path, headers: [['Content-Type', type]], body };
}

function partsOf(text: string): { method: string; path?: string; body?: string } {
  const [, method = 'GET', path, body] = /^(?:([A-Z]+) )?(\/\S*)(?: (.+))?$/.exec(text) ?? [];
  return { method, ...(path !== undefined && { path }), ...(body !== undefined && { body }) };
}

function shownRoute(text: string): string {
  const { method, path = '', body } = partsOf(text);
  const words = [...(method === 'GET' ? [] : [method]), withoutSecrets(path), ...(body ? [shownBody(body)] : [])];
  return words.join(' ');
}

/** Without passwords, and with the secrets of URLs and bodies hashed. */
function commandOf(url: string, typed: Typed, seed: string): string {
  const flags: readonly (readonly [flag: string, value: unknown])[] = [
    ['--login', typed.login && withoutSecrets(typed.login)],
    ['--login-json', typed.loginJson && withoutSecrets(typed.loginJson)],
    ['--login-module', typed.loginModule],
    ['--fields', typed.fields === DEFAULT_FIELDS ? undefined : typed.fields],
    ['--users', typed.users],
    ...typed.user.map((user) => ['--user', user.replace(/:.*$/s, '')] as const),
    ...typed.jar.map((jar) => ['--jar', jar] as const),
    ['--whoami', typed.whoami && shownRoute(typed.whoami)],
    ...typed.route.map((route) => ['--route', shownRoute(route)] as const),
    ...typed.mark.map((mark) => ['--mark', mark] as const),
    ['--browsers', typed.browsers],
    ['--requests', typed.requests],
    ['--seconds', typed.seconds],
    ['--seed', seed],
  ];
  const words = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, quoted(String(value))]));
  const switches = [
    ...(typed.direct === undefined ? [] : [typed.direct ? '--direct' : '--no-direct']),
    ...(typed.insecureTls ? ['--insecure-tls'] : []),
    ...(typed.iOwnThisHost ? ['--i-own-this-host'] : []),
  ];
  return ['npx swapproof hammer', quoted(withoutSecrets(url)), ...words, ...switches].join(' ');
}

export const DEFAULT_FIELDS = 'username,password';

function quoted(word: string): string {
  return /^[\w./:=%@+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
