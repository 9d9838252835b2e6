/**
 * R4 without doing anything: what the guard would have changed in a head, told as `would.*` events. Of fields that caches
 * read it tells the values, of cookies the names, of all else nothing.
 */
import type { ServerResponse } from 'node:http';
import { nameOf } from '../errors.js';
import type { Would } from '../events.js';
import type { RequestContext } from '../request/context.js';
import { rehearseAnonymity, whyAnonymous } from '../request/withheld.js';
import type { Decision } from './decision.js';
import { copyOfHead, fieldText, type Head } from './head-copy.js';
import type { HeadHook } from './head-hook.js';
import { cookieNameOf, setCookieLines } from './set-cookie-line.js';
import { whyOf } from './why.js';

export interface HeadChange {
  readonly now: Head;
  readonly enforced: Head;
  readonly decision: Decision;
  /** Names of the cookies that only their own session may set. */
  readonly sessionCookies: readonly string[];
}

/** Runs `judge` as for an anonymous request where only a rehearsal left its session to it. */
export function asEnforced(context: RequestContext, judge: () => void): void {
  const { anonymised, unveiled, url } = context;
  if (unveiled && url !== 'plain') {
    rehearseAnonymity(context, unveiled);
    context.anonymised = true;
  }
  try {
    judge();
  } finally {
    context.anonymised = anonymised;
  }
}

/** Settles the cookies of another library on a copy, and tells which would be added or live longer. */
export function rehearseSettling(
  source: RequestContext,
  copy: ServerResponse,
  settle: (res: ServerResponse) => void,
): void {
  const before = setCookieLines(copy);
  settle(copy);
  const names = (lines: readonly string[], others: readonly string[]) => [
    ...new Set(lines.filter((line) => !others.includes(line)).map(cookieNameOf)),
  ];
  const after = setCookieLines(copy);
  const set = names(after, before);
  if (set.length === 0) return;
  const replaced = names(before, after).filter((name) => set.includes(name));
  source.events.rehearsed('would.cookie.set', {
    source,
    rule: 'session cookie',
    now: replaced.length === 0 ? 'no Set-Cookie' : `Set-Cookie: ${replaced.join(', ')}`,
    enforced: `Set-Cookie: ${set.join(', ')}`,
    why: 'A session leaves with its owner tag, and lives as long as browsers allow, for its store ends it.',
  });
}

export function reportChanges(context: RequestContext, change: HeadChange): void {
  reportCaching(context, change);
  const lost = change.now.cookies.filter((line) => !change.enforced.cookies.includes(line)).map(cookieNameOf);
  const names = [...new Set(lost)];
  const reserved = names.filter((name) => change.sessionCookies.includes(name));
  const others = names.filter((name) => !reserved.includes(name));
  const { decision } = change;
  const stripped = {
    rule: `row ${decision.row}`,
    why: whyOf(decision.row, context),
    severity: decision.event?.severity,
  };
  reportCookies(context, change, reserved, context.anonymised ? ofNobody(context) : FOREIGN);
  reportCookies(context, change, others, stripped);
}

/** For cookies where no rule can judge them. */
export function cookieBesideHead(source: RequestContext, where: string): Would {
  const why = 'No rule can judge a cookie there, and it would reach whoever gets it.';
  return { source, rule: where, now: `Set-Cookie in ${where}`, enforced: `no Set-Cookie in ${where}`, why };
}

/**
 * The kit's rehearsal: all is judged on a copy, and only what its own sessions live by is taken over from there. On a
 * response that the app does not declare private, as without the kit.
 */
export function keepingOwn(context: RequestContext, judge: HeadHook): HeadHook {
  return (res, status) => {
    const copy = copyOfHead(res);
    judge(copy, status);
    if (context.closed || context.anonymised) return;
    try {
      takeOver(res, copy, [...context.outgoingCookies.values()]);
    } catch (error) {
      const message = `The cookies of ${context.route} could not be set (${nameOf(error)}).`;
      context.events.emit('guard.failed', message, { source: context });
    }
  };
}

const OWN_FIELDS = ['Clear-Site-Data', 'Server-Timing'];

function takeOver(res: ServerResponse, copy: ServerResponse, own: readonly string[]): void {
  const others = setCookieLines(res).filter((line) => !own.includes(line));
  if (own.length > 0) res.setHeader('Set-Cookie', [...others, ...own]);
  for (const name of OWN_FIELDS) {
    const value = copy.getHeader(name);
    if (value !== undefined) res.setHeader(name, value);
  }
}

const FOREIGN = {
  rule: 'foreign cookie',
  why: 'Its request did not mint this session, which may be of somebody else.',
  severity: 'critical',
} as const;

function ofNobody(context: RequestContext): Pick<Would, 'rule' | 'why' | 'severity'> {
  const why = 'Its request counts as anonymous, and a fresh session would log its user out.';
  return { rule: whyAnonymous(context).rule, why, severity: 'info' };
}

function reportCookies(
  source: RequestContext,
  { now, enforced }: HeadChange,
  dropped: readonly string[],
  reason: Pick<Would, 'rule' | 'why' | 'severity'>,
): void {
  if (dropped.length === 0) return;
  const kept = enforced.cookies.filter((line) => now.cookies.includes(line));
  source.events.rehearsed('would.cookie.drop', {
    source,
    ...reason,
    now: `Set-Cookie: ${dropped.join(', ')}`,
    enforced: kept.length === 0 ? 'no Set-Cookie' : `Set-Cookie: ${kept.map(cookieNameOf).join(', ')}`,
  });
}

function reportCaching(source: RequestContext, { now, enforced, decision }: HeadChange): void {
  const names = [...new Set([...now.fields.keys(), ...enforced.fields.keys()])].sort();
  const changed = names.filter((name) => now.fields.get(name) !== enforced.fields.get(name));
  if (changed.length === 0) return;
  source.events.rehearsed('would.cache.change', {
    source,
    rule: `row ${decision.row}`,
    now: changed.map((name) => fieldText(name, now)).join('; '),
    enforced: changed.map((name) => fieldText(name, enforced)).join('; '),
    why: whyOf(decision.row, source),
    severity: decision.event?.severity,
  });
}
