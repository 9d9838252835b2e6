/**
 * What the probe says of one request, and how whoever asked reads it: a nonce that is never given twice, and which
 * credentials came. Only those that a prober made up are looked at: the hash of a real one, kept by a careless cache, could
 * be compared with guesses of it.
 */
import { createHash, randomBytes } from 'node:crypto';

export interface ProbePage {
  readonly nonce: string;
  /** Hash of each made-up credential, in the order of the headers. Empty: none reached the app. */
  readonly credentials: readonly string[];
  /** As it reached the app: some caches ask with GET for a HEAD. */
  readonly method: string;
  /** Where the app looks for sessions, as far as that was configured: doctor then asks with these. */
  readonly names: CredentialNames;
}

export interface CredentialNames {
  readonly cookies: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
}

/** A made-up credential begins like this, wherever in a header it stands; 16 to 64 letters and digits follow. */
export const MADE_UP_PREFIX = 'swapproof-probe-';
const MADE_UP = /swapproof-probe-[0-9a-z]{16,64}(?![0-9A-Za-z])/g;
const MOST_CREDENTIALS = 8;

const RANDOM_BYTES = 8;
const RANDOM_LENGTH = 11;
/** With the random part as long as the hash in Express's ETags. */
const SIGN_LENGTH = 16;
const HASH_DIGITS = 12;

/** Every made-up credential in these values of headers; the first few of many. */
export function madeUpIn(values: readonly string[]): string[] {
  const found = values.filter((value) => value.includes(MADE_UP_PREFIX)).flatMap((value) => value.match(MADE_UP) ?? []);
  return found.slice(0, MOST_CREDENTIALS);
}

/** `sha256:` and 12 digits. */
export function credentialHash(credential: string): string {
  return `sha256:${createHash('sha256').update(credential).digest('hex').slice(0, HASH_DIGITS)}`;
}

/** Random, and signed with the credentials, so that it tells alone for whom it was made: HEAD and 304 have no body. */
export function newNonce(credentials: readonly string[]): string {
  const random = randomBytes(RANDOM_BYTES).toString('base64url');
  return random + signOf(random, credentials);
}

/** Whether the nonce was made for these very credentials. */
export function isNonceFor(nonce: string, credentials: readonly string[]): boolean {
  const random = nonce.slice(0, RANDOM_LENGTH);
  return nonce.length === RANDOM_LENGTH + SIGN_LENGTH && nonce === random + signOf(random, credentials);
}

/** Weak, with the length before a dash, as Express makes them; in place of the hash stands the nonce. */
export function weakTag(length: number, nonce: string): string {
  return `W/"${length.toString(16)}-${nonce}"`;
}

/** The same for every part of the page, whoever asked: caches put pages together of parts with one strong tag. */
export function strongTag(length: number): string {
  return `"${length.toString(16)}-probe"`;
}

/** The nonces in an `ETag` or `If-None-Match`. A cache that packs may make a tag weak or strong, or add to its end. */
export function noncesInTags(tags: string): string[] {
  return [...tags.matchAll(/"[0-9a-f]+-([\w-]{27})(?![\w])/g)]
    .slice(0, MOST_CREDENTIALS)
    .map(([, nonce = '']) => nonce);
}

/** Letters, digits and what names of headers are made of: nothing in it needs to be escaped in HTML. */
export function probeJson({ nonce, credentials, method, names }: ProbePage): string {
  const { cookies, headers } = names;
  return JSON.stringify({ probe: 'swapproof', nonce, credentials, method, cookies, headers });
}

/** The page in a body of either type; null for everything else. */
export function readProbePage(body: string): ProbePage | null {
  const [json] = /\{"probe":"swapproof",[^{}]*\}/.exec(body) ?? [];
  if (json === undefined) return null;
  try {
    const { nonce, method, ...lists } = JSON.parse(json) as Partial<Record<string, unknown>>;
    const [credentials, cookies, headers] = [lists.credentials, lists.cookies, lists.headers].map(textsOf);
    if (typeof nonce !== 'string' || typeof method !== 'string') return null;
    return credentials && cookies && headers ? { nonce, credentials, method, names: { cookies, headers } } : null;
  } catch {
    return null;
  }
}

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

function signOf(random: string, credentials: readonly string[]): string {
  const said = JSON.stringify([random, ...credentials]);
  return createHash('sha256').update(said).digest('base64url').slice(0, SIGN_LENGTH);
}
