/**
 * `sessions.issueToken()`: a token where no request is at hand, as in a script or a worker. Inside a request of this kit
 * it is the same as the handle's: what was revoked since that request opened must not be escaped by it.
 */
import { SessionError, StoreUnavailableError } from '../errors.js';
import { ambientRequestContext } from '../request/context-storage.js';
import { renew } from '../revocation/admission.js';
import { covers } from '../revocation/covers.js';
import type { Birth } from '../revocation/replica.js';
import { toBearer } from './bearer.js';
import { cookieNames } from './cookies.js';
import { checkedData } from './data.js';
import { sessionHandle } from './handle.js';
import { hashOf } from './ids.js';
import { assertFits, startedToken } from './minting.js';
import { sessionOf } from './request-session.js';
import { seal } from './seal.js';
import type { SessionServices } from './services.js';
import type { IssuedToken, StartOptions } from './session.js';
import { NO_SESSION } from './standing.js';
import { checkedStartOptions } from './start-options.js';
import { assertSubject } from './subject.js';
import type { SessionToken } from './token.js';

/** A session that no request began shows no device. */
const NO_DEVICE = { userAgent: '', address: '' };
const NOBODY = { presented: NO_SESSION, presentedActivity: null, names: cookieNames(null) };

/**
 * @throws at once for wrong arguments, and for whatever the request it is in does not allow
 * @throws StoreUnavailableError if what has been revoked can't be known now
 */
export function issueToken(
  services: SessionServices,
  subject: string,
  data: object = {},
  options?: StartOptions,
): Promise<IssuedToken> {
  const context = ambientRequestContext();
  const session = context?.events === services.events && !context.closed ? sessionOf(context) : undefined;
  if (session) return sessionHandle(services, session).issueToken(subject, data as Record<string, unknown>, options);
  assertSubject('issueToken', subject);
  const checked = checkedData(data);
  const { remember } = checkedStartOptions('issueToken', options, data);
  services.mintLimit.count(subject);
  const issued = outside(services, (birth) =>
    startedToken(services, NOBODY, { subject, data: checked, remembered: remember, birth }),
  );
  // A rejection that nobody awaits would end the process.
  issued.catch(() => undefined);
  return issued;
}

async function outside(services: SessionServices, begin: (birth: Birth) => SessionToken): Promise<IssuedToken> {
  const { registry, keyring, events } = services;
  const birth = await positionNow(services);
  const token = begin(birth);
  assertFits(services, NOBODY, token);
  await registry.add(token, NO_DEVICE);
  try {
    const sealed = await seal(keyring, token, 'token');
    await positionNow(services);
    assertNotRevoked(services, birth, token);
    events.emit('token.issued', 'Outside a request.', { detail: { session: hashOf(token.id) } });
    return { token: toBearer(sealed), expiresAt: token.expiresAt };
  } catch (error) {
    await registry.remove(token.root).catch(() => undefined);
    throw error;
  }
}

async function positionNow({ replica, requestDeadline }: SessionServices): Promise<Birth> {
  await renew(replica, requestDeadline);
  const position = replica.position();
  if (position !== null) return position;
  throw new StoreUnavailableError(
    "A token can't be issued now: the revocation log is out of reach, so nobody could say what it must not survive. Try again.",
  );
}

function assertNotRevoked({ replica }: SessionServices, birth: Birth, token: SessionToken): void {
  if (!replica.entriesSince(birth).some((entry) => covers(entry, token))) return;
  throw new SessionError(
    'ERR_REVOKED_DURING_LOGIN',
    'sessions.issueToken(): the sessions of this subject were revoked while the token was being made. Issue it again.',
  );
}
