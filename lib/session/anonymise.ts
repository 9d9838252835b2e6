/**
 * R5: who contradicts themselves is nobody. Neither the first nor the last is believed; the request goes on without
 * any of the kit's credentials, and sets none.
 */
import type { RequestContext } from '../request/context.js';
import { stripCookies } from '../request/credentials.js';
import { stripTokens } from './bearer.js';
import type { Presented } from './presented.js';

/** Two values of the session cookie. */
export function anonymiseContradictions(context: RequestContext, presented: Presented): void {
  if (presented.credentials.contradicted.includes(presented.names.session)) anonymise(context, presented);
}

/** Two credentials, each sound, of different sessions. */
export function anonymiseMismatch(context: RequestContext, presented: Presented): void {
  anonymise(context, presented);
  const message =
    `${context.route} was asked with credentials of two different sessions; answered as anonymous, and not to be ` +
    "stored. A page that sends a token leaves its cookies out: fetch(url, { credentials: 'omit' }).";
  context.events.emit('credentials.mismatch', message, { source: context });
}

function anonymise(context: RequestContext, { names }: Presented): void {
  context.anonymised = true;
  stripCookies(context.req, Object.values(names));
  stripTokens(context.req);
}
