/** The cookies that a write leaves for the response. Only these may leave under the kit's names (R3, R8). */
import { type Activity, writeActivity } from './activity.js';
import type { AnonymousToken } from './anonymous.js';
import { cookieLine, expiredLine } from './cookies.js';
import { hashOf } from './ids.js';
import { ownerTag } from './owner-tag.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { SessionToken } from './token.js';

type Outgoing = Pick<SessionServices, 'clock' | 'keyring'>;

/** Session, activity and owner cookie of a session that was just sealed. */
export function sendSession(services: Outgoing, session: RequestSession, token: SessionToken, sealed: string): void {
  session.token = token;
  session.anonymous = null;
  session.inactiveBecause = null;
  sendSealed(services, session, { root: token.root, sealed, maxAge: secondsLeft(services, token) });
  sendActivity(services, session, token);
}

/** An anonymous session has no idle clock of its own: the store keeps its last use. */
export function sendAnonymous(
  services: Outgoing,
  session: RequestSession,
  anonymous: AnonymousToken,
  sealed: string,
): void {
  session.anonymous = anonymous;
  sendSealed(services, session, { root: anonymous.root, sealed });
}

function sendSealed(
  services: Outgoing,
  { context, names, style }: RequestSession,
  { root, sealed, maxAge }: { root: string; sealed: string; maxAge?: number | undefined },
): void {
  const tag = ownerTag(services.keyring, root);
  const line = { ...style, maxAge };
  context.outgoingCookies.set(names.session, cookieLine({ ...line, name: names.session, value: sealed }));
  context.outgoingCookies.set(names.owner, cookieLine({ ...line, name: names.owner, value: tag, readable: true }));
}

/** The idle clock of a live session. It outlives the browser where the session does. */
export function sendActivity(services: Outgoing, session: RequestSession, token: SessionToken): void {
  setActivity(services, session, { session: hashOf(token.id), ended: false }, secondsLeft(services, token));
}

function setActivity(
  services: Outgoing,
  { context, names, style }: RequestSession,
  said: Omit<Activity, 'time'>,
  maxAge?: number,
): void {
  const value = writeActivity(services.keyring, { ...said, time: services.clock.now() });
  context.outgoingCookies.set(names.activity, cookieLine({ name: names.activity, value, ...style, maxAge }));
}

/** Undefined for a session that ends with the browser. */
function secondsLeft({ clock }: Outgoing, { remembered, expiresAt }: SessionToken): number | undefined {
  return remembered ? Math.max(1, Math.ceil((expiresAt - clock.now()) / 1000)) : undefined;
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
  const { context, names, style, presented, presentedActivity } = session;
  session.end('revoked');
  if (presented.bearer) return;
  const hash = token ? hashOf(token.id) : presentedActivity?.session;
  if (hash !== undefined) setActivity(services, session, { session: hash, ended: true });
  if (context.safe) return;
  context.outgoingCookies.set(names.session, expiredLine({ name: names.session, ...style }));
  context.outgoingCookies.set(names.owner, expiredLine({ name: names.owner, readable: true, ...style }));
  for (const type of services.clearSiteData) session.clearSiteData.add(type);
}
