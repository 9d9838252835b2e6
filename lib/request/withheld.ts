/** What is taken from a request that guard() has answered as anonymous, and must not come back with its response. */
import type { Would } from '../events.js';
import type { RequestContext } from './context.js';
import { listed } from './cookie-report.js';
import {
  CREDENTIAL_HEADERS,
  type Credential,
  type CredentialNames,
  stripCookies,
  stripHeaders,
} from './credentials.js';

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

/** Takes it out of the request; a rehearsal tells of it and leaves it there. */
export function withhold(context: RequestContext, { cookies, headers }: Withheld): void {
  if (context.events.rehearsing) {
    const isGone = ({ kind, name }: Credential) => (kind === 'cookie' ? cookies : headers).includes(name);
    rehearseAnonymity(context, context.credentials.all.filter(isGone));
    return;
  }
  stripCookies(context.req, cookies);
  stripHeaders(context.req, headers);
}

/** Tells whose request would be answered as anonymous; nobody's is anyway. */
export function rehearseAnonymity(source: RequestContext, credentials: readonly Credential[]): void {
  const names = [...new Set(credentials.map(({ name }) => name))];
  if (names.length === 0) return;
  const [now, enforced] = [`asked with ${listed(names)}`, 'answered as anonymous'];
  source.events.rehearsed('would.anonymise', { source, ...whyAnonymous(source), now, enforced });
}

/** Which rule makes a request anonymous. */
export function whyAnonymous({ tagRefused, url }: RequestContext): Pick<Would, 'rule' | 'why'> {
  if (tagRefused) return OWNER_TAG;
  return url === 'plain' ? TWO_VALUES : MISREAD_URL;
}

const OWNER_TAG = {
  rule: 'owner tag',
  why: 'The owner tag that came with the session names another one: its cookie is in the wrong browser.',
} as const;

const TWO_VALUES = {
  rule: 'two values',
  why: 'A cookie came with two different values, and nobody can say which one is right.',
} as const;

const MISREAD_URL = {
  rule: 'misread url',
  why: 'Caches could take the URL for a static file, or for another one, and keep the answer.',
} as const;
