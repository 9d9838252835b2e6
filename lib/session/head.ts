/** What a session adds to its response, in the moment before the head leaves. */
import type { ServerResponse } from 'node:http';
import { hashOf } from './ids.js';
import { sendActivity } from './outgoing.js';
import { isOwnerTag, ownerTag, serverTiming } from './owner-tag.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import { idleOf, isDueForRenewal } from './timeouts.js';

/** Reports writes that are not done: a cookie will not leave any more, a value may come too late for the next request. */
export function reportLostWrites({ events }: SessionServices, { context, pendingWrites }: RequestSession): void {
  for (const { operation, place } of pendingWrites) {
    const loss = operation.startsWith('stored.') ? 'before its value was known to be kept' : 'without its cookie';
    const message = `session.${operation}() at ${place} was not awaited: the response left ${loss}.`;
    events.emit('session.write.lost', message, { source: context, detail: { operation, line: String(place) } });
  }
  pendingWrites.clear();
}

/** For a response that no cache may keep: the idle clock, and the tag by which a page knows its owner. */
export function addToPrivateHead(services: SessionServices, session: RequestSession, res: ServerResponse): void {
  renewActivity(services, session);
  repeatOwnerTag(services, session, res);
}

/** Clear-Site-Data works on any response a browser takes; only unsafe methods send it, as caches replay the others. */
export function addClearSiteData({ clearSiteData, context }: RequestSession, res: ServerResponse): void {
  if (context.safe || clearSiteData.size === 0) return;
  res.setHeader('Clear-Site-Data', [...clearSiteData].map((type) => `"${type}"`).join(', '));
}

function renewActivity(services: SessionServices, session: RequestSession): void {
  const { token, anonymous, former, presented, presentedActivity, passive, context, names } = session;
  if (passive || context.speculative) return;
  if (anonymous !== null) services.anonymousSeen.mark(anonymous.root);
  if (token === null) return;
  services.lastSeen.mark(token.root);
  if (presented.bearer) return;
  if (session.adoptable) {
    if (former && presented.former?.record) services.formers?.touch(former, presented.former.record);
    return;
  }
  if (context.outgoingCookies.has(names.activity)) return;
  const hash = hashOf(token.id);
  const mine = presentedActivity?.session === hash && !presentedActivity.ended;
  const writtenAt = mine ? presentedActivity.time : Number.NEGATIVE_INFINITY;
  const idle = idleOf(services.timeouts, token);
  if (isDueForRenewal(writtenAt, services.clock.now(), idle)) sendActivity(services, session, token);
}

/**
 * The tag that the request brought, so that a page can compare it with its cookie. A tag of another session is not
 * repeated: the session's own is sent. Without a tag nothing is sent, and a page that has none compares nothing.
 */
function repeatOwnerTag({ keyring }: SessionServices, session: RequestSession, res: ServerResponse): void {
  const { root, presentedOwnerTag } = session;
  if (presentedOwnerTag === null || root === null) return;
  const own = isOwnerTag(keyring, root, presentedOwnerTag);
  const field = serverTiming(own ? presentedOwnerTag : ownerTag(keyring, root));
  const others = [res.getHeader('Server-Timing') ?? []].flat().map(String);
  res.setHeader('Server-Timing', [...others.filter((line) => !line.startsWith('swapproof;')), field]);
  res.removeHeader('Timing-Allow-Origin');
}
