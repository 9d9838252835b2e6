/** Why a cache that does as it is told gave one user's page to another: what the page said, or left out. */
import { type Exchange, type HeaderLine, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import type { Mechanism } from '../../evidence/mechanisms.js';
import { readDirectives } from '../cache-sim/cache-control.js';
import { outcomeOf } from './fronts.js';
import type { BodyLeak } from './leaks.js';
import { saysPrivate, type Target } from './targets.js';

export interface Cause {
  readonly mechanism: Extract<Mechanism, 'M11' | 'M13' | 'M14'>;
  /** In a sentence. */
  readonly why: string;
}

const TARGETED = ['cdn-cache-control', 'surrogate-control'];
const KNOWN =
  /^(?:public|private|no-store|no-cache|no-transform|must-revalidate|proxy-revalidate|immutable|must-understand|max-age|s-maxage|stale-while-revalidate|stale-if-error)$/i;

/** What was to forbid it, with a letter too few or too many. */
const MEANT = /^(?:priv|no?st|no?c)/i;
/** Names that look as if they told users apart. */
const OF_A_USER = /cookie|auth|session|user|token/i;

/** @param others all that the same person was shown: what an app says elsewhere tells what it forgot here */
export function causeOf(leaks: readonly [BodyLeak, ...BodyLeak[]], others: readonly Target[]): Cause {
  const [{ of, target }] = leaks;
  const headers = of.answer?.headers ?? [];
  const only = (name: string) => leaks.every(({ front }) => front.profile.name === name);
  if (leaks.every(({ to }) => outcomeOf(to) === 'REVALIDATED')) {
    return {
      mechanism: 'M13',
      why: 'Its ETag or Last-Modified is the same for both, so that a 304 hands out the kept page',
    };
  }
  if (leaks.every(({ front }) => !front.profile.rules.vary))
    return { mechanism: 'M13', why: 'Only its Vary keeps users apart, which not every cache looks at' };
  const said = valuesOf(headers, 'cache-control');
  const odd = said.flatMap((value) => value.split(',')).find((item) => !isReadable(item));
  if (odd !== undefined && (!isExplicit(headers) || MEANT.test(odd.replace(/[^a-z]/gi, '')))) {
    return { mechanism: 'M13', why: `Its Cache-Control holds "${odd.trim()}", which caches read as nothing` };
  }
  const vary = valuesOf(headers, 'vary')
    .flatMap((value) => value.split(','))
    .find((name) => OF_A_USER.test(name));
  if (vary !== undefined && !saysVaryCookie(target.plain)) {
    return { mechanism: 'M13', why: `Its Vary names ${vary.trim()}, by which caches can't tell these users apart` };
  }
  if (said.length === 0 && valuesOf(headers, 'pragma').length > 0) {
    return {
      mechanism: 'M13',
      why: 'Only its Pragma speaks of caching, which is for requests: caches read it as nothing',
    };
  }
  const [stricter] = target.otherwise;
  if (stricter !== undefined) {
    const to = stricter.asker === of.asker ? 'the same user, asked in another way,' : 'another user';
    return {
      mechanism: 'M13',
      why: `It says "${said.join(', ')}", where the same page says to ${to} that it is private`,
    };
  }
  if (only('lenient'))
    return { mechanism: 'M13', why: `Its Cache-Control, "${said.join(', ')}", is not read alike by all caches` };
  return isExplicit(headers) ? saidToBeShared(target, headers, others) : saidNothing(target, headers, others);
}

/** Named to be kept, by itself. */
function saidToBeShared(target: Target, headers: readonly HeaderLine[], others: readonly Target[]): Cause {
  const said = [...TARGETED, 'cache-control', 'expires'].flatMap((name) =>
    valuesOf(headers, name).map((value) => `${name}: ${value}`),
  );
  const why = `It says "${said.join('; ')}"`;
  const varies = others.some((other) => other !== target && other.personal && saysVaryCookie(other.plain));
  if (varies && !saysVaryCookie(target.plain)) {
    return { mechanism: 'M13', why: `${why}, where other pages of the same user say Vary: Cookie` };
  }
  const isPrivateElsewhere = others.some((other) => other !== target && other.personal && saysPrivate(other.plain));
  const status = target.plain.answer?.status ?? 200;
  if (status !== 200 && isPrivateElsewhere)
    return { mechanism: 'M13', why: `${why}, with status ${status}${ELSEWHERE}` };
  if (isDocument(target) && !isSaidOfAll(target, others)) {
    return { mechanism: 'M14', why: `${why}, and holds data of a user` };
  }
  return { mechanism: 'M11', why: isPrivateElsewhere ? `${why}${ELSEWHERE}` : why };
}

const ELSEWHERE = ', where other answers to the same user say that they are private';

/** A page; or what is for everybody, but for what it says of its user: a script, or data that is mostly the same for a stranger. */
function isDocument({ plain, open }: Target): boolean {
  const type = valuesOf(plain.answer?.headers ?? [], 'content-type').join();
  if (/html/i.test(type)) return true;
  return open.answer?.status === 200 && (/javascript|css|svg|xml/i.test(type) || shareOfBoth(plain, open) > HALF);
}

const HALF = 0.5;

/** How much of the first also stands at the beginning and the end of the second. */
function shareOfBoth({ answer: one }: Exchange, { answer: other }: Exchange): number {
  if (one === null || other === null) return 0;
  const [a, b] = [textOf(one), textOf(other)];
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return (head + tail) / Math.max(1, a.length);
}

/** Data that is no document says the same: it was said of everything, not of this document. */
function isSaidOfAll(target: Target, others: readonly Target[]): boolean {
  const saidBy = ({ plain }: Target) => valuesOf(plain.answer?.headers ?? [], 'cache-control').join();
  return others.some((other) => other.personal && !isDocument(other) && saidBy(other) === saidBy(target));
}

function saidNothing(target: Target, headers: readonly HeaderLine[], others: readonly Target[]): Cause {
  const said = valuesOf(headers, 'cache-control').join(', ');
  const why = said === '' ? 'It says nothing about caching' : `It says "${said}", which is no word against sharing`;
  const status = target.plain.answer?.status ?? 200;
  if (others.some((other) => other.personal && saysPrivate(other.plain))) {
    if (status !== 200) return { mechanism: 'M13', why: `${why}, with status ${status}${ELSEWHERE}` };
    if (isStreamed(target) && !others.some((other) => isStreamed(other) && saysPrivate(other.plain)))
      return { mechanism: 'M13', why: `${why}, sent in pieces${ELSEWHERE}` };
  }
  return { mechanism: 'M11', why };
}

function isStreamed({ plain }: Target): boolean {
  return valuesOf(plain.answer?.headers ?? [], 'transfer-encoding').length > 0;
}

function isExplicit(headers: readonly HeaderLine[]): boolean {
  const says = readDirectives(headers, 'cache-control');
  const lasts = ['s-maxage', 'max-age'].some((name) => (says.seconds(name) ?? 0) > 0);
  const targeted = TARGETED.some((field) => (readDirectives(headers, field).seconds('max-age') ?? 0) > 0);
  return lasts || targeted || says.has('public') || Date.parse(valuesOf(headers, 'expires')[0] ?? '') > Date.now();
}

function isReadable(item: string): boolean {
  const [name = '', argument] = item.trim().split('=', 2);
  return item.trim() === '' || (KNOWN.test(name) && argument !== '""' && !/^\s/.test(argument ?? ''));
}

function saysVaryCookie({ answer }: Exchange): boolean {
  return valuesOf(answer?.headers ?? [], 'vary').some((value) => /\bcookie\b/i.test(value));
}
