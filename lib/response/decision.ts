/**
 * R4: what becomes of a response, row by row. The first row that matches decides; events tell its number.
 * Pure.
 *
 * One order differs from the numbers: row 12 (a declared route that was asked with `Authorization`) comes before row
 * 11, since caches reuse answers to such requests, and taking off a cookie does not make a body impersonal.
 */
import type { Severity } from '../events.js';
import type { UrlReading } from '../request/context.js';
import { isCacheableMethod, isSafeMethod } from '../request/methods.js';
import type { Cacheability } from './cacheability.js';

export interface Facts {
  readonly method: string;
  readonly status: number;
  /** Declared the same for everyone, by option or `markPublic(res)`, under a URL that is not ambiguous. */
  readonly declared: boolean;
  /** Declared by `markPublic(res)`: by the code that answers, which can know. */
  readonly markedPublic: boolean;
  /** Never to be shared, whatever else: `markPrivate(res)`, or a request answered as anonymous (R5). */
  readonly forcedPrivate: boolean;
  /** How caches could take the URL, where that matters. */
  readonly url: UrlReading;
  readonly identity: 'read' | 'credential' | 'none';
  readonly authorization: boolean;
  /** `identity`: one that must reach its user, as the expiry of a session cookie. */
  readonly cookies: 'none' | 'identity' | 'other';
  readonly cacheability: Cacheability;
  /** Whether header-less responses to nobody get `private, no-cache` (row 7). */
  readonly revalidates: boolean;
}

export type Action = 'leave' | 'pack' | 'strip' | 'revalidate';

export interface Decision {
  readonly row: '0' | '0b' | '1' | '2' | '3' | '4' | '5' | '6' | '6b' | '7' | '8' | '9' | '10' | '11' | '12' | '13';
  readonly action: Action;
  readonly event?: {
    readonly code: 'cache.violation' | 'cache.downgraded' | 'cookie.stripped' | 'url.ambiguous';
    readonly severity: Severity;
  };
}

type EventOf = NonNullable<Decision['event']>['code'];

/** No cache may keep an answer to these (RFC 9110 section 9.2.3), which is no reason to tell one that it may. */
const NEVER_STORED = new Set(['OPTIONS', 'TRACE', 'CONNECT']);

export function decide(facts: Facts): Decision {
  const { shared } = facts.cacheability;
  if (facts.status < 200 || concernsNobody(facts)) return { row: '1', action: 'leave' };
  if (facts.identity === 'read' && shared) return pack('2', 'cache.violation', 'warn');
  if (isMisread(facts)) return ofMisread(facts);
  if (facts.identity === 'read') return pack('3');
  if (facts.forcedPrivate) return shared ? pack('0', 'cache.downgraded', 'warn') : pack('0');
  return facts.declared ? ofDeclared(facts) : ofUndeclared(facts);
}

function concernsNobody({ method, identity, cookies }: Facts): boolean {
  return NEVER_STORED.has(method) && identity !== 'read' && cookies === 'none';
}

/**
 * A file that looks static is one, for all that can be known, unless a credential came; and the code that answers may
 * say that it is the same for everyone.
 */
function isMisread({ url, identity, markedPublic }: Facts): boolean {
  return url === 'ambiguous' || (url === 'static' && identity !== 'none' && !markedPublic);
}

/** Missing icons and old scripts ask with cookies all day long; nobody's own links have delimiters in them. */
function ofMisread({ url, identity }: Facts): Decision {
  if (identity === 'none') return pack('0b');
  return pack('0b', 'url.ambiguous', url === 'static' ? 'info' : 'warn');
}

function ofUndeclared(facts: Facts): Decision {
  const { cookies, cacheability, method } = facts;
  if (facts.identity === 'credential') return cacheability.shared ? pack('4', 'cache.violation', 'info') : pack('5');
  if (cookies === 'other' && cacheability.marked && isSafeMethod(method)) return strip('6', 'warn');
  if (cookies !== 'none') return cacheability.shared ? pack('6b', 'cache.downgraded', 'info') : pack('6b');
  if (cacheability.class !== 'NONE' || !isCacheableMethod(method)) return { row: '8', action: 'leave' };
  return { row: '7', action: facts.revalidates ? 'revalidate' : 'leave' };
}

function ofDeclared(facts: Facts): Decision {
  const { cookies, cacheability, method } = facts;
  const packed = (row: '9' | '10' | '12') => (cacheability.shared ? pack(row, 'cache.downgraded', 'warn') : pack(row));
  if (cookies !== 'none' && !isSafeMethod(method)) return packed('10');
  if (cookies === 'identity') return packed('9');
  if (facts.authorization && !facts.markedPublic) return packed('12');
  return cookies === 'other' ? strip('11', 'info') : { row: '13', action: 'leave' };
}

function pack(row: Decision['row'], code?: EventOf, severity: Severity = 'warn'): Decision {
  return code ? { row, action: 'pack', event: { code, severity } } : { row, action: 'pack' };
}

function strip(row: '6' | '11', severity: Severity): Decision {
  return { row, action: 'strip', event: { code: 'cookie.stripped', severity } };
}
