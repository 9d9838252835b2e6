/**
 * R8 from outside: what becomes of another library's session cookie in a response, in the moment before its head leaves.
 *
 * - A renewal of the id that came is withheld on safe methods, whose answers a cache could hand on; a lifetime is
 *   lengthened wherever the cookie leaves.
 * - A tag leaves only together with the session cookie that it names, and on unsafe methods. Alone it could arrive late,
 *   after another login, and would name the wrong session.
 * - A session that a safe method begins takes the old tag away, or the two would contradict each other.
 */
import { cookieNameOf, isExpiring } from '../response/set-cookie-line.js';
import type { BoundRequest } from './bound-request.js';
import { cookieValueOf, lengthened, withoutReplaced } from './session-lines.js';
import { expiredSessionLine, expiredTagLine, isInScopeOfTag, tagLine, writeTag } from './tag.js';

export interface Settled {
  /** All lines of the response, in order. */
  readonly lines: readonly string[];
  /** A safe method exchanged one session for another: a login by GET. */
  readonly login: boolean;
  /** Values of renewals that stay behind. */
  readonly withheld: readonly string[];
  /** Why a session that leaves can't have a tag. */
  readonly ineffective: 'scope' | 'unreadable' | null;
}

/** What a line does to the browser's session. */
type Effect = 'renews' | 'begins' | 'changes' | 'ends' | 'unreadable';

interface Line {
  readonly text: string;
  /** Null for other cookies. */
  readonly effect: Effect | null;
}

/** What is known as the head leaves. */
export interface Leaving {
  readonly status: number;
  /** Id of the session that the library began with; undefined if that is not known. */
  readonly firstId: string | undefined;
  readonly now: number;
}

/** Changes nothing; applied to its own outcome it answers the same again. */
export function settle(bound: BoundRequest, given: readonly string[], { status, firstId, now }: Leaving): Settled {
  const { settings, context, tagCookie } = bound;
  const lines = withoutReplaced(given, settings.cookie).map(
    (text): Line => ({ text, effect: effectOf(bound, text, { status, firstId, now }) }),
  );
  const leaving = lines.filter((line) => !isWithheld(bound, line)).map((line) => lastingLine(bound, line, now));
  const last = leaving.findLast(({ effect }) => effect !== null);
  const own = ownLine(bound, last);
  const others = leaving
    .map(({ text }) => text)
    .filter((text) => own === null || cookieNameOf(text) !== tagCookie.name);
  return {
    lines: own === null ? others : [...others, own],
    login: context.safe && lines.some(({ effect }) => effect === 'changes'),
    withheld: lines
      .filter((line) => line.effect === 'renews' && isWithheld(bound, line))
      .map(({ text }) => cookieValueOf(text)),
    ineffective: whyIneffective(last),
  };
}

function effectOf(bound: BoundRequest, text: string, { status, firstId, now }: Leaving): Effect | null {
  if (cookieNameOf(text) !== bound.settings.cookie) return null;
  if (isExpiring(text, now)) return 'ends';
  const id = bound.idOf(cookieValueOf(text));
  if (id === null) return 'unreadable';
  if (id === bound.id) return 'renews';
  if (bound.refused !== null && bound.context.safe)
    return bound.refused === 'other' && isRedirect(status) ? 'changes' : 'begins';
  const cameToNothing = bound.id === null || bound.refused !== null || (firstId !== undefined && firstId !== bound.id);
  return cameToNothing ? 'begins' : 'changes';
}

/**
 * A page that is shown to a browser with the wrong session sets and ends none: that browser's next POST does. But logins
 * that go elsewhere begin and end in a redirect, and nobody is kept from logging in.
 */
function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

/** Where the session was refused, the library did not see it: what renews it comes from somewhere else. */
function isWithheld({ context, refused, settings }: BoundRequest, { effect }: Line): boolean {
  if (effect !== null && effect !== 'changes' && refused !== null && context.safe) return true;
  if (effect === 'renews') return context.safe || refused !== null;
  return effect === 'changes' && context.safe && settings.onLoginByGet === 'refuse';
}

function lastingLine({ settings }: BoundRequest, line: Line, now: number): Line {
  const stays = line.effect === 'renews' || line.effect === 'begins' || line.effect === 'changes';
  return stays && settings.hasStore ? { ...line, text: lengthened(line.text, now) } : line;
}

/** What the guard adds: the tag, its end, or the end of a session that is in the wrong browser. */
function ownLine(bound: BoundRequest, last: Line | undefined): string | null {
  const { context, settings, tagCookie, refused } = bound;
  if (last === undefined) {
    // The tag stays: should this miss the cookie for its Domain or Path, the session is refused again, not accepted.
    return !context.safe && refused === 'other' ? expiredSessionLine(settings.cookie, tagCookie.secure) : null;
  }
  if (last.effect === 'ends' && refused === 'other') return null;
  if (!context.safe && last.effect !== 'ends' && whyIneffective(last) === null) {
    const id = bound.idOf(cookieValueOf(last.text));
    if (id !== null) return tagLine(tagCookie, writeTag(settings.keyring, id), last.text);
  }
  return bound.came.tags.length > 0 ? expiredTagLine(tagCookie) : null;
}

function whyIneffective(last: Line | undefined): Settled['ineffective'] {
  if (last === undefined || last.effect === 'ends') return null;
  if (last.effect === 'unreadable') return 'unreadable';
  return isInScopeOfTag(last.text) ? null : 'scope';
}
