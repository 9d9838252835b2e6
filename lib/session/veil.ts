/**
 * A request that is answered as anonymous for its URL: its session is recognised and hidden, for only the route that
 * answers can know that the URL is a private file's and not a trick.
 */
import { anonymise, withheldFrom } from './anonymise.js';
import type { RequestSession } from './request-session.js';

/**
 * From now on nobody finds a session, in the handle or in the request. Not for who is anonymous for other reasons. A
 * rehearsal waits for the head: until then the route may call `privateFile()`.
 */
export function veil(session: RequestSession): void {
  const { context, names } = session;
  if (context.events.rehearsing) {
    if (!context.anonymised) context.unveiled = withheldFrom(context);
    return;
  }
  anonymise(context, names);
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
