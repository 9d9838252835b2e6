/**
 * What makes a write to the session pointless or dangerous, found before any promise exists: a rejection nobody heard
 * kills an Express 4 process, a throw is a 500 that names the line.
 */
import { CrossSiteError, SessionError, StoreUnavailableError } from '../errors.js';
import { captureHere, type Place } from '../request/place.js';
import { assertCookieMayLeave, type CookieWrite, END_IN_A_POST, MAKE_IT_A_POST } from './cookie-write.js';
import { isInsecureOrigin } from './development-mode.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';

/** The writes that leave with the response, and those that only change the store. */
export type ResponseWrite = 'start' | 'issueToken' | 'update' | 'regenerate' | 'reauthenticated' | 'destroy';
export type WriteName = ResponseWrite | `stored.${'set' | 'take' | 'delete'}`;

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
  name: ResponseWrite,
  place: Place,
): void {
  const where = assertCookieMayLeave(services, session, { call: `session.${name}()`, place, ...RULES[name] });
  if (name === 'start') assertSecure(session, where);
  if (name === 'start' || name === 'issueToken') assertSolicited(session, where);
  // Browsers send no token by themselves, so who sends one means to.
  if (name === 'start' || (name === 'destroy' && !session.presented.bearer)) assertSameSite(services, session, where);
}

const ANOTHER_TOKEN = 'Give it a new token with session.issueToken(subject), and end this one with session.destroy().';

const RULES: Readonly<Record<ResponseWrite, Omit<CookieWrite, 'call' | 'place'>>> = {
  start: { instead: END_IN_A_POST, withToken: ANOTHER_TOKEN },
  issueToken: { instead: MAKE_IT_A_POST, withToken: null, what: 'a token' },
  update: {
    instead: MAKE_IT_A_POST,
    withToken: 'Keep what changes in your database, under session.subject.',
  },
  regenerate: { instead: MAKE_IT_A_POST, withToken: ANOTHER_TOKEN },
  reauthenticated: { instead: MAKE_IT_A_POST, withToken: ANOTHER_TOKEN },
  destroy: { instead: MAKE_IT_A_POST, withToken: null, onAnyMethod: true },
};

/** A login or logout forced from another site is a swap too, and brings no Lax cookie that could be looked at. */
export function assertSameSite(
  { crossSite, events }: Pick<SessionServices, 'crossSite' | 'events'>,
  { context }: RequestSession,
  where: string,
): void {
  const reason = crossSite(context.req);
  if (reason === null) return;
  events.emit('csrf.refused', `${where}: refused, ${reason}.`, { source: context });
  throw new CrossSiteError('ERR_CROSS_SITE', `${where}: refused, ${reason}. See csrf.trustedOrigins.`);
}

/** Browsers tell `Sec-Fetch-Site` to secure servers only: with it, the plain http is another site's. */
export function assertSecure({ context }: RequestSession, where: string): void {
  const { origin, 'sec-fetch-site': site } = context.req.headers;
  if (!isInsecureOrigin(origin) || (site !== undefined && site !== 'same-origin')) return;
  throw new SessionError(
    'ERR_INSECURE_REQUEST',
    `${where}: the browser is at ${origin}, plain http, and would drop a Secure cookie without a word. Serve the site ` +
      'over https; behind a proxy, redirect http there (nginx: return 301 https://$host$request_uri;).',
  );
}

/** A page that posts by itself would turn a login forced from another site into one of this site. */
function assertSolicited({ unsolicited }: RequestSession, where: string): void {
  if (!unsolicited) return;
  throw new SessionError(
    'ERR_LOGIN_UNSOLICITED',
    `${where}: this browser did not begin this login. Behind sessions.viaPost({ auto: true }), start a session only if ` +
      'sessions.loginAttempt(req) answers an attempt; for links that bring a secret of their own use viaPost(), which ' +
      'shows a button.',
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
