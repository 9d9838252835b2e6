/** The cookies that a write leaves for the response. Only these may leave under the kit's names (R3, R8). */
import { writeActivity } from './activity.js';
import { cookieLine, expiredLine } from './cookies.js';
import { hashOf } from './ids.js';
import { ownerTag } from './owner-tag.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { SessionToken } from './token.js';

type Outgoing = Pick<SessionServices, 'clock' | 'keyring'>;

/** Session, activity and owner cookie of a session that was just sealed. */
export function sendSession(services: Outgoing, session: RequestSession, token: SessionToken, sealed: string): void {
  const { context, names, secure } = session;
  session.token = token;
  session.inactiveBecause = null;
  const tag = ownerTag(services.keyring, token.root);
  context.outgoingCookies.set(names.session, cookieLine({ name: names.session, value: sealed, secure }));
  context.outgoingCookies.set(names.owner, cookieLine({ name: names.owner, value: tag, readable: true, secure }));
  sendActivity(services, session, hashOf(token.id));
}

export function sendActivity(services: Outgoing, session: RequestSession, hash: string, ended = false): void {
  const { context, names, secure } = session;
  const value = writeActivity(services.keyring, { time: services.clock.now(), session: hash, ended });
  context.outgoingCookies.set(names.activity, cookieLine({ name: names.activity, value, secure }));
}

/**
 * The end of a session, of `token` if there was one. An expiry replayed by a cache would log strangers out, so on a safe method only the activity
 * cookie says that it is over; the session itself is revoked either way.
 */
export function sendEnd(
  services: Outgoing & { clearSiteData: readonly string[] },
  session: RequestSession,
  token: SessionToken | null,
): void {
  const { context, names, secure, presentedActivity } = session;
  session.end('revoked');
  const hash = token ? hashOf(token.id) : presentedActivity?.session;
  if (hash !== undefined) sendActivity(services, session, hash, true);
  if (context.safe) return;
  context.outgoingCookies.set(names.session, expiredLine({ name: names.session, secure }));
  context.outgoingCookies.set(names.owner, expiredLine({ name: names.owner, readable: true, secure }));
  for (const type of services.clearSiteData) session.clearSiteData.add(type);
}
