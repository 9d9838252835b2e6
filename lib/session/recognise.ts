/** From what a request presents to what it knows of its session: the `identify` and `admit` steps of the middleware. */
import type { SwapDetector } from '../audit/swap-detector.js';
import type { RequestContext } from '../request/context.js';
import { admitNow } from '../revocation/admission.js';
import type { Birth } from '../revocation/replica.js';
import { type Activity, readActivity } from './activity.js';
import { anonymiseMismatch } from './anonymise.js';
import type { Identifier } from './identify.js';
import { hashOf } from './ids.js';
import { sendAnonymous, sendSession } from './outgoing.js';
import { isOwnerTag } from './owner-tag.js';
import type { Presented } from './presented.js';
import { attachSession, RequestSession } from './request-session.js';
import { seal, sealAnonymous } from './seal.js';
import type { SessionServices } from './services.js';
import { AMBIGUOUS, type Standing } from './standing.js';

export interface Recognition {
  readonly services: SessionServices;
  readonly identifier: Identifier;
  readonly detector: SwapDetector;
}

/** At once where nothing needs awaiting. Never rejects: what can't be known is `unavailable`. */
export function recognise(
  { services, identifier, detector }: Recognition,
  context: RequestContext,
  presented: Presented,
): RequestSession | Promise<RequestSession> {
  const openedAt = birthAt(services, context);
  const identify = (birth: Birth | null) => identified({ services, identifier, detector }, context, presented, birth);
  return openedAt instanceof Promise ? openedAt.then(identify) : identify(openedAt);
}

/** Admission is the last thing that is waited for, but for a seal that a retired key made necessary. */
function identified(
  { services, identifier, detector }: Recognition,
  context: RequestContext,
  presented: Presented,
  openedAt: Birth | null,
): RequestSession | Promise<RequestSession> {
  const activity = readActivity(services.keyring, presented.activityCookie);
  const former = services.formers?.of(presented.formerCookie) ?? null;
  const build = (standing: Standing): RequestSession | Promise<RequestSession> => {
    if (standing.inactiveBecause === 'ambiguous' && !context.anonymised) {
      if (standing.token === null) anonymiseMismatch(context, presented);
      else reportFormerBeside(context, presented);
    }
    const cookies = { ...presented, ...ownCookies(standing, activity, presented), former };
    const session = new RequestSession(context, cookies, standing, openedAt);
    attachSession(session);
    reportSwaps(services, detector, session);
    return needsSeal(session) ? resealed(services, session) : session;
  };
  if (context.anonymised) return build(AMBIGUOUS);
  const standing = identifier.identify({ ...presented, former }, activity);
  return standing instanceof Promise ? standing.then(build) : build(standing);
}

/** The request keeps its cookies, so that a login can replace both. */
function reportFormerBeside(context: RequestContext, presented: Presented): void {
  const message =
    `${context.route} was asked with a session, and with one of another user behind ${presented.names.former}, which ` +
    'another app has begun; answered as if there were none. Stop the other app; a login or logout ends both.';
  context.events.emit('credentials.mismatch', message, { source: context });
}

/**
 * A token and a former session have no cookies of their own: what lies about in a browser is another session's. One
 * that has ended is no trace of a cache; one that has not is.
 */
function ownCookies({ bearer, former }: Standing, activity: Activity | null, { ownerCookie }: Presented) {
  if (bearer) return { activity: null, ownerTag: null };
  if (former !== null) return { activity: activity?.ended ? null : activity, ownerTag: null };
  return { activity, ownerTag: ownerCookie ?? null };
}

/** Only what may mint needs the log's position; an unsafe request waits for it before its handler runs. */
function birthAt(
  { replica, requestDeadline }: SessionServices,
  context: RequestContext,
): Birth | null | Promise<Birth | null> {
  if (context.safe) return null;
  return replica.position() ?? replica.catchUp(requestDeadline).then(() => replica.position());
}

function needsSeal({ context, presented, root }: RequestSession): boolean {
  return !context.safe && presented.byOldKey && !presented.bearer && root !== null;
}

/** A session opened with a retired key leaves under the newest, on a response to an unsafe method. */
async function resealed(services: SessionServices, session: RequestSession): Promise<RequestSession> {
  const { token, anonymous, context } = session;
  if (anonymous !== null) {
    const sealed = await sealAnonymous(services.keyring, anonymous);
    if (!context.closed) sendAnonymous(services, session, anonymous, sealed);
  }
  if (token === null) return session;
  const sealed = await seal(services.keyring, token);
  const admission = admitNow(services.replica, token);
  if (admission === 'admitted' && !context.closed) sendSession(services, session, token, sealed);
  if (admission === 'revoked') session.end('revoked');
  return session;
}

function reportSwaps({ events, keyring }: SessionServices, detector: SwapDetector, session: RequestSession): void {
  const { context: source, token, root, presented, presentedActivity, presentedOwnerTag } = session;
  if (presented.inactiveBecause === 'unreadable') {
    const message = 'The session cookie or token could not be opened: tampered, of another app, or its secret is gone.';
    events.emit('session.unreadable', message, { source });
  }
  if (token !== null && presentedActivity) {
    const { predecessors } = token;
    detector.observe({ session: hashOf(token.id), predecessors, activity: presentedActivity.session }, source);
  }
  if (root !== null && presentedOwnerTag !== null && !isOwnerTag(keyring, root, presentedOwnerTag)) {
    const message = 'The owner tag that came with the session belongs to another one.';
    events.emit('owner.mismatch', message, { source, detail: { session: hashOf(token?.id ?? root) } });
  }
}
