/**
 * The judge: whose page came back. A nonce that was made for the credential of somebody else, or that two people got, can only
 * come from a cache. Headers prove nothing: nginx tells nothing of a hit, and others of hits that never were.
 */

import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import { credentialHash, isNonceFor, noncesInTags, readProbePage } from '../../probe/probe-page.js';
import { credentialsIn } from './credentials.js';

export type Reading =
  /** Made for the one who asked. */
  | { readonly kind: 'own' }
  /** Made for somebody without the credential that was sent: it was lost on the way. That is no sharing. */
  | { readonly kind: 'lost' }
  /** Somebody else's. `owner`: whose answer it was, as index among the exchanges; null for a page from before the check. */
  | { readonly kind: 'foreign'; readonly owner: number | null }
  /** No page of the probe. */
  | { readonly kind: 'none'; readonly why: string };

interface Came {
  readonly sent: readonly string[];
  readonly nonce: string;
  /** Hashes of the credentials that reached the app; null where only the nonce tells. */
  readonly reached: readonly string[] | null;
}

/** One reading for each exchange, in their order. */
export function readingsOf(exchanges: readonly Exchange[]): Reading[] {
  const came = exchanges.map(cameIn);
  return came.map((one, index) => (typeof one === 'string' ? { kind: 'none', why: one } : readingOf(one, index, came)));
}

function readingOf(one: Came, index: number, came: readonly (Came | string)[]): Reading {
  if (isFor(one, one.sent)) return visitedBefore(one, index, came) ?? { kind: 'own' };
  const others = came.flatMap((other, at) => (typeof other === 'string' || at === index ? [] : [{ ...other, at }]));
  const makers = others.filter(({ sent }) => isFor(one, sent));
  // A visitor who got it later is no maker: then the credential of the first one was lost, and the page is nobody's.
  const twin = makers.find(({ nonce, sent, at }) => nonce === one.nonce && (sent.length > 0 || at < index));
  if (twin) return { kind: 'foreign', owner: twin.at };
  if (lossesOf(one.sent).some((left) => isFor(one, left))) return { kind: 'lost' };
  return { kind: 'foreign', owner: makers[0]?.at ?? null };
}

/** Those without a credential are not one person: the page of one is not the page of the next. */
function visitedBefore(one: Came, index: number, came: readonly (Came | string)[]): Reading | null {
  if (one.sent.length > 0) return null;
  const owner = came.findIndex(
    (other) => typeof other !== 'string' && other.nonce === one.nonce && other.sent.length === 0,
  );
  return owner < 0 || owner >= index ? null : { kind: 'foreign', owner };
}

function isFor({ nonce, reached }: Came, credentials: readonly string[]): boolean {
  if (reached === null) return isNonceFor(nonce, credentials);
  return String([...reached].sort()) === String(credentials.map(credentialHash).sort());
}

/** What may be left of credentials on the way to the app: nothing, or one of several. */
function lossesOf(sent: readonly string[]): string[][] {
  return sent.length === 0 ? [] : [[], ...(sent.length > 1 ? sent.map((one) => [one]) : [])];
}

/** What came, or why nothing can be said of it. */
function cameIn({ question, answer, failure }: Exchange): Came | string {
  if (answer === null) return `no answer (${failure})`;
  const sent = credentialsIn(question);
  const page = readProbePage(textOf(answer));
  if (page) return { sent, nonce: page.nonce, reached: page.credentials };
  const bodiless = question.method === 'HEAD' || answer.status === 304;
  const [nonce] = bodiless ? noncesInTags(valuesOf(answer.headers, 'etag').join()) : [];
  if (nonce !== undefined) return { sent, nonce, reached: null };
  return bodiless && answer.status < 400 ? `${answer.status} without the ETag` : `answered ${answer.status}`;
}
