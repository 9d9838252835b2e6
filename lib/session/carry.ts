/** `start(..., { keep })`: what of the stored values comes along into the new session. */
import type { AnonymousToken } from './anonymous.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { SessionToken } from './token.js';

/**
 * Copies them, so that whatever fails later has lost nothing. Only from an anonymous session, or a live one of the same
 * subject: whoever logs in at a browser that another has left must not get that one's cart.
 */
export async function carryStored(
  services: SessionServices,
  session: RequestSession,
  started: SessionToken,
  keys: readonly string[],
): Promise<void> {
  const from = session.token ?? session.anonymous;
  if (keys.length === 0 || (from === null && !session.presented.unavailable)) return;
  const reason = await obstacle(services, from, started, keys);
  if (reason === null) return;
  const message = `session.start() in ${session.context.route} carried no stored values over: ${reason}.`;
  services.events.emit('stored.not_kept', message, { source: session.context });
}

/** Why nothing was carried; null if it was. */
async function obstacle(
  { stored }: SessionServices,
  from: SessionToken | AnonymousToken | null,
  started: SessionToken,
  keys: readonly string[],
): Promise<string | null> {
  if (from === null) return 'whether the session before was valid is not known';
  if ('subject' in from && from.subject !== started.subject) return "the session before was another subject's";
  return (await stored.copy(from, started, keys)) ? null : 'the session before has ended';
}
