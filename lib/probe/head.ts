/** The head of the probe's answer: that of a page which its route has declared somebody's own. */
import type { RequestContext } from '../request/context.js';
import { guardHead } from '../response/head-guard.js';

/**
 * In a rehearsal private pages leave as the app made them, and so does this one. Nothing is told of it: what would become of
 * such a page is told when a real one is asked for.
 */
export function guardProbeHead(context: RequestContext): void {
  context.sharing = 'private';
  if (context.events.rehearsing) return;
  guardHead(context.res, context, {
    declaredPublic: false,
    mayBePublic: false,
    isIdentityCookie: () => false,
    revalidates: false,
    sessionCookies: [],
  });
}
