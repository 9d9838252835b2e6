/** guard()'s option `bind`, checked and copied once, while the app starts. */
import type { IncomingMessage } from 'node:http';
import { ConfigurationError } from '../errors.js';
import { assertKnownOptions, callback, oneOf, refuse } from '../option-checks.js';
import { Keyring } from '../session/keyring.js';
import { checkedSecrets } from '../session/secrets.js';
import { expressSessionId } from './express-session-id.js';

export interface BindSettings {
  /** The session cookie that is bound. */
  readonly cookie: string;
  readonly keyring: Keyring;
  /** Checked at each call: it is the app's. */
  readonly idOf: (value: string) => unknown;
  /** Whether the library keeps the idle time in a store, so that the cookie's own lifetime may be lengthened. */
  readonly hasStore: boolean;
  readonly require: undefined | ((req: IncomingMessage) => unknown);
  readonly onLoginByGet: 'report' | 'refuse';
}

const KNOWN = ['secret', 'idOf', 'require', 'onLoginByGet'];
const ON_LOGIN_BY_GET = ['report', 'refuse'] as const;
const DEFAULT_COOKIE = 'connect.sid';

/** Default names of libraries that keep the session in the cookie: there is no id in it that we could read. */
const COOKIE_ONLY = new Set(['session', 'appSession', 'iron-session', 'next-auth.session-token']);

/**
 * @param cookies the option of that name: its first one is bound
 * @throws ConfigurationError ERR_INVALID_OPTION, ERR_SECRET_MISSING, ERR_SECRET_WEAK, ERR_SECRET_DUPLICATE
 */
export function bindSettings(bind: object, cookies: readonly string[] | null): BindSettings {
  assertKnownOptions('bind', bind, KNOWN);
  const given = bind as Record<string, unknown>;
  const cookie = cookies?.[0] ?? DEFAULT_COOKIE;
  const idOf = callback('bind.idOf', given.idOf) as BindSettings['idOf'] | undefined;
  if (idOf === undefined && isCookieOnly(cookie, cookies ?? [])) refuse(needsIdOf(cookie));
  return Object.freeze({
    cookie,
    // Its audience is the cookie: what was tagged for another one names nobody here.
    keyring: new Keyring(secretsOf(given.secret), `guard:${cookie}`),
    idOf: idOf ?? expressSessionId,
    hasStore: idOf === undefined || idOf === expressSessionId,
    require: callback('bind.require', given.require) as BindSettings['require'],
    onLoginByGet: oneOf('bind.onLoginByGet', given.onLoginByGet ?? 'report', ON_LOGIN_BY_GET),
  });
}

function secretsOf(secret: unknown): readonly string[] {
  if (secret === undefined) {
    const message = 'bind.secret is missing. It takes a string, or a list; is its environment variable set?';
    throw new ConfigurationError('ERR_SECRET_MISSING', message);
  }
  return checkedSecrets(typeof secret === 'string' ? [secret] : secret, 'bind.secret');
}

/** cookie-session signs in a cookie beside: `session.sig`. */
function isCookieOnly(cookie: string, all: readonly string[]): boolean {
  return COOKIE_ONLY.has(cookie) || cookie.endsWith('.sig') || all.includes(`${cookie}.sig`);
}

function needsIdOf(cookie: string): string {
  return (
    `bind can't read an id from the cookie ${cookie}: cookie-session and its like keep the session itself there. ` +
    "Give bind.idOf, a function from the cookie's value to an id that stays the same for the whole session; for " +
    'express-session under this name, idOf: expressSessionId.'
  );
}
