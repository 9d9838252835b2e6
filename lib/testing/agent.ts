/** Who can be logged in: a supertest agent, known by its shape alone, or a cookie jar of ours. */
import { Server as TlsServer } from 'node:tls';
import { TestingError } from '../errors.js';
import type { CookieJar } from './browser/cookie-jar.js';

/** The jar of superagent, and so of supertest's agents. */
export interface SuperagentJar {
  setCookies(lines: readonly string[], host: string, path: string): unknown;
  getCookies?(access: { domain: string; path: string; secure: boolean; script: boolean }): { toValueString(): string };
}

/** Anything with a jar, or a jar. */
export type Agent = CookieJar | { readonly jar: CookieJar | SuperagentJar; readonly app?: unknown };

/** The little that signing in needs. */
export interface Browser {
  /** It asks over TLS, so that the cookies are production's. */
  readonly tls: boolean;
  /** The `Cookie` header it would send; empty if none. */
  cookies(): string;
  /** @throws TestingError ERR_SIGN_IN if it would never send them */
  keep(lines: readonly string[]): void;
}

/** Supertest asks 127.0.0.1, people who write URLs ask localhost; cookies are shared by neither. */
const HOSTS = ['127.0.0.1', 'localhost'];

/** @throws TestingError ERR_INVALID_ARGUMENT for what has no jar */
export function browserOf(agent: Agent): Browser {
  const jar: unknown = isObject(agent) && 'jar' in agent ? agent.jar : agent;
  const tls = isObject(agent) && 'app' in agent && asksOverTls(agent.app);
  if (isOwnJar(jar)) return withOwnJar(jar, tls);
  if (isSuperagentJar(jar)) return withSuperagentJar(jar, tls);
  throw new TestingError(
    'ERR_INVALID_ARGUMENT',
    "signIn(agent, ...): the agent must have a cookie jar, as supertest's request.agent(app) and superagent.agent() " +
      'have (request(app) has none), or be a cookieJar().',
  );
}

function withOwnJar(jar: CookieJar, tls: boolean): Browser {
  const urls = HOSTS.map((host) => `${tls ? 'https' : 'http'}://${host}/`);
  return {
    tls,
    cookies: () => urls.map((url) => jar.header(url)).find((header) => header !== '') ?? '',
    keep(lines) {
      for (const url of urls) for (const line of lines) jar.store(line, url);
    },
  };
}

function withSuperagentJar(jar: SuperagentJar, tls: boolean): Browser {
  const sent = (domain: string) =>
    jar.getCookies?.({ domain, path: '/', secure: tls, script: false }).toValueString() ?? '';
  return {
    tls,
    cookies: () => HOSTS.map(sent).find((header) => header !== '') ?? '',
    keep(lines) {
      if (!tls && lines.some((line) => /;\s*secure(?:;|$)/i.test(line))) throw neverSent();
      for (const host of HOSTS) jar.setCookies(lines, host, '/');
    },
  };
}

function neverSent(): TestingError {
  return new TestingError(
    'ERR_SIGN_IN',
    "signIn(): this kit was made with another NODE_ENV than 'test' or 'development', so its cookies are Secure, and " +
      "supertest's agents never send those over plain http. Set NODE_ENV=test before the kit is made, give the agent an " +
      'https server, or use cookieJar(), which sends them on loopback as browsers do.',
  );
}

function asksOverTls(app: unknown): boolean {
  return app instanceof TlsServer || (typeof app === 'string' && app.startsWith('https:'));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function isOwnJar(jar: unknown): jar is CookieJar {
  return isObject(jar) && 'store' in jar && typeof jar.store === 'function' && 'header' in jar;
}

function isSuperagentJar(jar: unknown): jar is SuperagentJar {
  return isObject(jar) && 'setCookies' in jar && typeof jar.setCookies === 'function';
}
