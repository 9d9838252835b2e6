/**
 * A request that is answered as anonymous for its URL: its session is recognised and hidden, for only the route that
 * answers can know that the URL is a private file's and not a trick.
 */
import { stripCookies } from '../request/credentials.js';
import type { RequestSession } from './request-session.js';

/** Not for who is anonymous already. From now on nobody finds a session, in the handle or in the request, and none of the kit's cookies leaves. */
export function veil(session: RequestSession): void {
  const { context, names } = session;
  context.anonymised = true;
  stripCookies(context.req, Object.values(names));
  session.veil();
}

/**
 * For a route that sends private files: whoever asks is known again. Not under a URL that caches could read differently:
 * it may be a static file's to them.
 */
export function allowPrivateFile(session: RequestSession): void {
  const { context } = session;
  context.assertOpen('privateFile()');
  if (context.url !== 'static') return;
  context.url = 'plain';
  if (!session.veiled) return;
  context.anonymised = false;
  session.unveil();
}
