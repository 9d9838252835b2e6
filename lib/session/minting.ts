/** New tokens from old ones. What each keeps is what makes a slow request unable to revive anything. */
import { SessionError, StoreUnavailableError } from '../errors.js';
import type { Birth } from '../revocation/replica.js';
import { hashOf, randomId } from './ids.js';
import type { RequestSession } from './request-session.js';
import { LARGEST_COOKIE, sealedLength } from './seal.js';
import type { SessionServices } from './services.js';
import { lifetimeOf } from './timeouts.js';
import { PREDECESSOR_LENGTH, type SessionData, type SessionToken } from './token.js';

const PREDECESSORS = 4;

/** What a session begins with. */
export interface Beginning {
  readonly subject: string;
  readonly data: SessionData;
  readonly remembered: boolean;
  readonly birth: Birth;
}

/** A session of its own: new root, and born where its request opened, so that no revocation since is escaped. */
export function startedToken(
  { clock, audience, timeouts }: SessionServices,
  session: Pick<RequestSession, 'presented' | 'presentedActivity'>,
  { subject, data, remembered, birth }: Beginning,
): SessionToken {
  const now = clock.now();
  const root = randomId();
  return {
    v: 1,
    id: root,
    root,
    subject,
    genesis: birth.genesis,
    birth: birth.position,
    issuedAt: now,
    authenticatedAt: now,
    expiresAt: now + lifetimeOf(timeouts, { remembered }),
    remembered,
    audience,
    predecessors: predecessorsOf(session),
    data,
  };
}

/** The same session with other data: same id. */
export function updatedToken({ clock }: SessionServices, token: SessionToken, data: SessionData): SessionToken {
  return { ...token, issuedAt: clock.now(), data };
}

/** The same session under a new id: root, birth and the time at which all ends are kept. */
export function regeneratedToken(
  { clock }: SessionServices,
  session: RequestSession,
  token: SessionToken,
  authenticatedAt = token.authenticatedAt,
): SessionToken {
  return {
    ...token,
    id: `${token.root}.${randomId()}`,
    issuedAt: clock.now(),
    authenticatedAt,
    predecessors: predecessorsOf(session),
  };
}

/** Hashes of what this request presented: their activity cookies may arrive late without any cache to blame. */
function predecessorsOf({
  presented,
  presentedActivity,
}: Pick<RequestSession, 'presented' | 'presentedActivity'>): readonly string[] {
  const { token } = presented;
  const hashes = [
    ...(token ? [hashOf(token.id)] : []),
    ...(presentedActivity ? [presentedActivity.session] : []),
    ...(token?.predecessors ?? []),
  ];
  const beginnings = hashes.map((hash) => hash.slice(0, PREDECESSOR_LENGTH));
  return [...new Set(beginnings)].slice(0, PREDECESSORS);
}

/** @throws SessionError ERR_SESSION_TOO_LARGE if a browser would drop the cookie of this token. */
export function assertFits(
  { keyring }: SessionServices,
  { names }: Pick<RequestSession, 'names'>,
  token: SessionToken,
): void {
  const size = names.session.length + sealedLength(keyring, token);
  if (size <= LARGEST_COOKIE) return;
  throw new SessionError(
    'ERR_SESSION_TOO_LARGE',
    `The sealed session would have ${size} bytes; browsers drop a cookie above ${LARGEST_COOKIE}. Keep about 2.5 kB of data ` +
      'in the session at most, and the rest in your database under session.id or session.subject.',
  );
}

/** @throws StoreUnavailableError if the log's position was not known when the request opened. */
export function assertBirth(session: RequestSession): Birth {
  const { birth } = session;
  if (birth !== null) return birth;
  throw new StoreUnavailableError(
    `A session can't be started in ${session.context.route} now: the revocation log is out of reach, so nobody could ` +
      'say what the session must not survive. Answer 503 and let the client try again.',
  );
}
