/** What is taken from a request that guard() has answered as anonymous, and must not come back with its response. */
import type { RequestContext } from './context.js';
import { CREDENTIAL_HEADERS, type CredentialNames } from './credentials.js';

export interface Withheld {
  readonly cookies: readonly string[];
  readonly headers: readonly string[];
}

const NOTHING: Withheld = { cookies: [], headers: [] };

/**
 * R5: of two values of one session cookie neither is right. With `cookies` configured all of them leave the request,
 * since half a set of session cookies is a guess too. Without, only the contradicted one: the others may be anything,
 * and taking a language or a cart away would break what nobody doubts.
 */
export function contradicted({ credentials }: RequestContext, { cookies }: CredentialNames): Withheld {
  if (credentials.contradicted.length === 0) return NOTHING;
  return { cookies: cookies ?? credentials.contradicted, headers: [] };
}

/**
 * Whatever a cache could have stolen under the URL: what browsers and proxies add by themselves. `Authorization` and
 * `X-Session-Token` stay, as no link makes a browser send the token of an app, and nobody here can resolve them.
 */
export function credentialsOf({ credentials }: RequestContext, { cookies, headers }: CredentialNames): Withheld {
  const presented = credentials.all.filter(({ kind }) => kind === 'cookie').map(({ name }) => name);
  return {
    cookies: cookies ?? [...new Set(presented)],
    headers: headers.filter((name) => !CREDENTIAL_HEADERS.includes(name)),
  };
}
