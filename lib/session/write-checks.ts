/**
 * What makes a write to the session pointless or dangerous, found before any promise exists: a rejection nobody heard
 * kills an Express 4 process, a throw is a 500 that names the line.
 */
import { ContextError, CrossSiteError, SessionError, StoreUnavailableError } from '../errors.js';
import { ambientRequestContext } from '../request/context-storage.js';
import { captureHere, type Place } from '../request/place.js';
import { isInsecureOrigin } from './development-mode.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';

export type WriteName = 'start' | 'issueToken' | 'update' | 'regenerate' | 'reauthenticated' | 'destroy';

/** R1: session writes are refused where AsyncLocalStorage believes in another request; reads only if strict. */
export function assertRightContext(
  { events, strictContext }: Pick<SessionServices, 'events' | 'strictContext'>,
  session: RequestSession,
  what: { write: boolean; name: string; place: () => Place },
): void {
  const ambient = ambientRequestContext();
  if (ambient === undefined || ambient === session.context) return;
  const place = what.place();
  const message = `${what.name} at ${place} belongs to ${session.context.route}, but ran in the context of another request`;
  events.emit('context.mismatch', `${message}.`, { source: session.context, detail: { line: String(place) } });
  if (what.write || strictContext) {
    throw new ContextError(
      'ERR_CONTEXT_MISMATCH',
      `${message}. Use the request that the handler was given, and bind callbacks of pools and emitters to it ` +
        '(AsyncResource.bind).',
    );
  }
}

/** R4: what is read once a shareable head has left would be kept with it. @throws SessionError ERR_RESPONSE_STARTED */
export function assertHeadAllows(
  { events }: Pick<SessionServices, 'events'>,
  { context }: RequestSession,
  name: string,
  above: (...args: never[]) => unknown,
): void {
  if (!context.leftShareable) return;
  const line = String(captureHere(above));
  const [now, enforced] = ['the app answers', 'an error, ERR_RESPONSE_STARTED'];
  const why = `${name} was read at ${line} after a head had left that caches may keep.`;
  if (events.rehearsed('would.refuse', { source: context, rule: 'late read', now, enforced, why })) return;
  const message = `${name} at ${line} was read after ${context.route} had sent a head that caches may keep`;
  events.emit('cache.violation', `${message}; refused.`, { source: context, detail: { line }, severity: 'critical' });
  throw new SessionError(
    'ERR_RESPONSE_STARTED',
    `${message}. Read the session first, or take the route out of public.`,
  );
}

/** @throws the error that says why this write can't work in this request, with route, line and replacement. */
export function assertWritable(
  services: SessionServices,
  session: RequestSession,
  name: WriteName,
  place: Place,
): void {
  const { context } = session;
  const call = `session.${name}()`;
  context.assertOpen(call);
  assertRightContext(services, session, { write: true, name: call, place: () => place });
  const where = `${call} in ${context.route} (${place})`;
  if (context.res.headersSent) {
    const message = `${where}: the response has begun, so its cookie could not leave. Call it before answering.`;
    throw new SessionError('ERR_RESPONSE_STARTED', message);
  }
  if (context.safe && name !== 'destroy') {
    throw new SessionError('ERR_SESSION_WRITE_ON_SAFE_METHOD', `${where}: ${onSafeMethod(name, context.method)}`);
  }
  assertInEarnest(session, where);
  assertUnambiguous(session, where);
  if (session.presented.bearer) assertNeedsNoCookie(name, where);
  if (name === 'start') assertSecure(session, where);
  // Browsers send no token by themselves, so who sends one means to.
  if (name === 'start' || (name === 'destroy' && !session.presented.bearer)) assertSameSite(services, session, where);
}

/** A client with a token keeps no cookies: what it was sent would be lost, or contradict its token. */
function assertNeedsNoCookie(name: WriteName, where: string): void {
  if (name === 'destroy' || name === 'issueToken') return;
  const instead =
    name === 'update'
      ? 'Keep what changes in your database, under session.subject'
      : 'Give it a new token with session.issueToken(subject), and end this one with session.destroy()';
  const message = `${where}: the request came with a token, and this write needs a cookie. ${instead}.`;
  throw new SessionError('ERR_TOKEN_SESSION', message);
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
function assertUnambiguous({ context, names, veiled }: RequestSession, where: string): void {
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
    `${where}: the request came with two different cookies ${names.session}, or with a token beside one, so it was ` +
      'answered as anonymous and sets none. Ask the user to delete the cookies of this site.',
  );
}

function onSafeMethod(name: WriteName, method: string): string {
  const article = /^[AEIOU]/.test(method) ? 'an' : 'a';
  const what = name === 'issueToken' ? 'a token' : 'this cookie';
  const never = `${what} never leaves on ${article} ${method}, whose answer a cache could give to someone else.`;
  return name === 'start'
    ? `${never} Let the login end in a POST, for example a page with a form that posts what the link brought.`
    : `${never} Make the route a POST.`;
}

/** A login or logout forced from another site is a swap too, and brings no Lax cookie that could be looked at. */
function assertSameSite({ crossSite, events }: SessionServices, { context }: RequestSession, where: string): void {
  const reason = crossSite(context.req);
  if (reason === null) return;
  events.emit('csrf.refused', `${where}: refused, ${reason}.`, { source: context });
  throw new CrossSiteError('ERR_CROSS_SITE', `${where}: refused, ${reason}. See csrf.trustedOrigins.`);
}

/** Browsers tell `Sec-Fetch-Site` to secure servers only: with it, the plain http is another site's. */
function assertSecure({ context }: RequestSession, where: string): void {
  const { origin, 'sec-fetch-site': site } = context.req.headers;
  if (!isInsecureOrigin(origin) || (site !== undefined && site !== 'same-origin')) return;
  throw new SessionError(
    'ERR_INSECURE_REQUEST',
    `${where}: the browser is at ${origin}, plain http, and would drop a Secure cookie without a word. Serve the site ` +
      'over https; behind a proxy, redirect http there (nginx: return 301 https://$host$request_uri;).',
  );
}

/** @throws StoreUnavailableError if whether the presented session is valid can't be known now (R11). */
export function assertKnown(session: RequestSession): void {
  if (!session.unknown) return;
  throw new StoreUnavailableError(
    `Whether the session of ${session.context.route} is still valid can't be known now: the revocation log or the ` +
      'registry is out of reach. Answer 503, or serve the page without asking for the session.',
  );
}
