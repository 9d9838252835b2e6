/** R8, R5: when one of the kit's cookies, or a token, may leave with a response; asked before anything is made. */
import { SessionError } from '../errors.js';
import type { Place } from '../request/place.js';
import type { RequestSession } from './request-session.js';
import { assertRightContext } from './right-context.js';
import type { SessionServices } from './services.js';

export interface CookieWrite {
  /** As the app wrote it: `session.start()`. */
  readonly call: string;
  readonly place: Place;
  /** What to do instead of calling it on a safe method. */
  readonly instead: string;
  /** What to do instead in a request that came with a token; null where that works too. */
  readonly withToken: string | null;
  /** What leaves, if it is no cookie. */
  readonly what?: string;
  readonly onAnyMethod?: boolean;
}

export const MAKE_IT_A_POST = 'Make the route a POST.';

/** For what a link, or another site, leads to. */
export const END_IN_A_POST =
  'Let the login end in a POST: app.all(path, sessions.viaPost(), handler) shows whoever comes by a link a page that ' +
  'posts what the link brought.';

/**
 * It leaves only on a response that has not begun, to an unsafe method, of a request that names one session at most.
 * Answers where the call stands, for messages.
 */
export function assertCookieMayLeave(
  services: Pick<SessionServices, 'events' | 'strictContext'>,
  session: RequestSession,
  { call, place, instead, withToken, what = 'this cookie', onAnyMethod = false }: CookieWrite,
): string {
  const { context } = session;
  context.assertOpen(call);
  assertRightContext(services, session, { write: true, name: call, place: () => place });
  const where = `${call} in ${context.route} (${place})`;
  if (context.res.headersSent) {
    const message = `${where}: the response has begun, so its cookie could not leave. Call it before answering.`;
    throw new SessionError('ERR_RESPONSE_STARTED', message);
  }
  if (context.safe && !onAnyMethod) {
    const article = /^[AEIOU]/.test(context.method) ? 'an' : 'a';
    const never = `${what} never leaves on ${article} ${context.method}, whose answer a cache could give to someone else.`;
    throw new SessionError('ERR_SESSION_WRITE_ON_SAFE_METHOD', `${where}: ${never} ${instead}`);
  }
  assertInEarnest(session, where);
  assertUnambiguous(session, where);
  if (withToken !== null) assertNeedsNoCookie(session, where, withToken);
  return where;
}

/** A logout that was only prefetched; an answer that failed is not shown, so the click asks again. */
function assertInEarnest({ context }: RequestSession, where: string): void {
  if (!context.speculative) return;
  throw new SessionError(
    'ERR_SPECULATIVE_REQUEST',
    `${where}: a browser asked in advance (Sec-Purpose: prefetch), and nobody clicked yet; nothing was ended. Answer ` +
      '503, as the error says, or make the route a POST.',
  );
}

/** R5: whatever was written would be dropped, for nobody can say whose browser this is. */
export function assertUnambiguous({ context, names, veiled }: RequestSession, where: string): void {
  if (!context.anonymised) return;
  if (veiled) {
    throw new SessionError(
      'ERR_AMBIGUOUS_URL',
      `${where}: caches could take this URL for another one, so it was answered as anonymous. Use a path without a file ` +
        'extension, or, if it is a private file, put sessions.privateFile() before this.',
    );
  }
  throw new SessionError(
    'ERR_AMBIGUOUS_CREDENTIALS',
    `${where}: the request came with two different cookies ${names.session}, with a token beside one, or with a ` +
      'service token, so it was answered as anonymous and sets none. Of cookies, ask the user to delete those of this site.',
  );
}

/** A client with a token keeps no cookies: what it was sent would be lost, or contradict its token. */
function assertNeedsNoCookie({ presented }: RequestSession, where: string, instead: string): void {
  if (!presented.bearer) return;
  const message = `${where}: the request came with a token, and this needs a cookie. ${instead}`;
  throw new SessionError('ERR_TOKEN_SESSION', message);
}
