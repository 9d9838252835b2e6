/**
 * Requests that are answered as anonymous go on without any of the kit's credentials, and set none. R5: who contradicts
 * themselves is nobody; neither the first nor the last is believed.
 */
import type { RequestContext } from '../request/context.js';
import { type Credential, stripCookies } from '../request/credentials.js';
import { isToken, stripTokens } from './bearer.js';
import type { CookieNames } from './cookies.js';
import type { Presented } from './presented.js';

/** Two values of the session cookie or, where it did not come, of the cookie that counts in its place. */
export function anonymiseContradictions(context: RequestContext, presented: Presented): void {
  const { credentials, names, sessionCookie } = presented;
  const counts = [names.session, ...(sessionCookie === undefined && names.former ? [names.former] : [])];
  if (credentials.contradicted.some((name) => counts.includes(name))) anonymise(context, names);
}

/** Two credentials, each sound, of different sessions. */
export function anonymiseMismatch(context: RequestContext, presented: Presented): void {
  anonymise(context, presented.names);
  // No route can say that this is all right, as it can of a misread URL.
  context.url = 'plain';
  const message =
    `${context.route} was asked with credentials of two different sessions; answered as anonymous, and not to be ` +
    "stored. A page that sends a token leaves its cookies out: fetch(url, { credentials: 'omit' }).";
  context.events.emit('credentials.mismatch', message, { source: context });
}

/** What `anonymise` would take from the request. */
export function withheldFrom({ credentials }: RequestContext): readonly Credential[] {
  return credentials.all.filter((credential) => credential.kind === 'cookie' || isToken(credential));
}

export function anonymise(context: RequestContext, names: CookieNames): void {
  context.anonymised = true;
  stripCookies(context.req, Object.values(names));
  stripTokens(context.req);
}
