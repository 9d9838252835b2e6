/**
 * R5, R6: everything in a request that could name a session. Nothing here decides who it is; it answers what was
 * presented, whether it is contradictory, and one key for the whole set.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseCookieHeader, withoutCookies } from './cookie-header.js';
import { isHarmlessCookie } from './cookie-names.js';
import { headerLines, rewriteHeader } from './header-lines.js';
import { isLookalike } from './lookalike.js';

export interface Credential {
  readonly kind: 'cookie' | 'header';
  /** Cookie name, or header name in lower case. */
  readonly name: string;
  /** The bytes as sent (Latin-1), never decoded. */
  readonly value: string;
}

export interface CredentialSet {
  /** Every credential present, identical copies once, in the order sent: cookies, then headers as listed. */
  readonly all: readonly Credential[];
  /** Names of cookies that came with two different values. */
  readonly contradicted: readonly string[];
  /** Names of cookies that came more than once, always with the same value. */
  readonly repeated: readonly string[];
  /** Names that another parser could take for one of ours; empty where no names are configured. */
  readonly lookalikes: readonly string[];
}

/** What cookie-parser adds to a request. */
interface ParsedRequest extends IncomingMessage {
  cookies?: unknown;
  signedCookies?: unknown;
}

export interface CredentialNames {
  /** Names of session cookies; null for every cookie but the harmless ones (cookie-names.ts). */
  readonly cookies: readonly string[] | null;
  /** Header names in lower case. */
  readonly headers: readonly string[];
}

/** Headers that carry credentials whatever the configuration says. */
export const CREDENTIAL_HEADERS: readonly string[] = ['authorization', 'x-session-token'];

/** Reads every credential from the raw headers. Linear in their size; never throws. */
export function readCredentials(req: IncomingMessage, { cookies, headers }: CredentialNames): CredentialSet {
  const values = new Map<string, Set<string>>();
  const repeated = new Set<string>();
  const lookalikes = new Set<string>();
  for (const { name, value } of headerLines(req, 'cookie').flatMap(parseCookieHeader)) {
    if (cookies ? cookies.includes(name) : !isHarmlessCookie(name)) {
      if (!add(values, name, value)) repeated.add(name);
    } else if (cookies && isLookalike(name, cookies)) {
      lookalikes.add(name);
    }
  }
  const isContradicted = (name: string) => (values.get(name)?.size ?? 0) > 1;
  return {
    all: [...ofKind('cookie', values), ...headers.flatMap((name) => readHeader(req, name))],
    contradicted: [...values.keys()].filter(isContradicted),
    repeated: [...repeated].filter((name) => !isContradicted(name)),
    lookalikes: [...lookalikes],
  };
}

/**
 * A key that is total (an empty set has one too), injective (JSON quotes what a separator would confuse) and made of
 * every credential present. In December 2022 two cookies made such a key `undefined`, and a customer's session was
 * served to anonymous visitors.
 */
export function credentialKey(credentials: readonly Credential[]): string {
  const canonical = JSON.stringify(credentials.map(({ kind, name, value }) => [kind, name, value]).sort(byText));
  return hash('sha256', canonical, 'base64url');
}

/**
 * Takes cookies out of a request that is answered as anonymous, wherever the code behind could read them: the raw
 * header, `headers`, `headersDistinct`, `req.cookies` and `req.signedCookies` (express-session falls back to these).
 */
export function stripCookies(req: ParsedRequest, names: readonly string[]): void {
  const gone = new Set(names);
  rewriteHeader(req, 'cookie', (line) => withoutCookies(line, gone));
  for (const jar of [req.cookies, req.signedCookies]) {
    if (typeof jar !== 'object' || jar === null) continue;
    for (const name of names) Reflect.deleteProperty(jar, name);
  }
}

/** As `stripCookies`, for headers; names in lower case. */
export function stripHeaders(req: IncomingMessage, names: readonly string[]): void {
  for (const name of names) rewriteHeader(req, name, () => '');
}

/** False if this value was there already. */
function add(values: Map<string, Set<string>>, name: string, value: string): boolean {
  const known = values.get(name);
  if (!known) values.set(name, new Set([value]));
  else if (known.has(value)) return false;
  else known.add(value);
  return true;
}

function readHeader(req: IncomingMessage, name: string): Credential[] {
  const present = headerLines(req, name).filter((line) => line !== '');
  return present.length === 0 ? [] : ofKind('header', new Map([[name, new Set(present)]]));
}

function ofKind(kind: Credential['kind'], values: ReadonlyMap<string, ReadonlySet<string>>): Credential[] {
  return [...values].flatMap(([name, of]) => [...of].map((value) => ({ kind, name, value })));
}

function byText(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
