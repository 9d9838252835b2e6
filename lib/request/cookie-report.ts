/** R5: what is odd about a request's cookies, as events. Names only: values are credentials. */
import type { RequestContext } from './context.js';

/** To be called once it is decided whether the request counts as anonymous. */
export function reportCookies(context: RequestContext): void {
  const { contradicted, repeated, lookalikes } = context.credentials;
  const { events, route, anonymised } = context;
  if (contradicted.length > 0) {
    const outcome = anonymised ? 'answered as anonymous, and not to be stored' : 'neither counts';
    const message = `${route} was asked with two different cookies ${listed(contradicted)}; ${outcome}.`;
    const detail = { cookie: listed(contradicted), differ: true };
    events.emit('cookie.duplicate', message, { source: context, detail });
  }
  if (repeated.length > 0) {
    const message = `${route} was asked with the cookie ${listed(repeated)} twice, both the same; counted as one.`;
    const detail = { cookie: listed(repeated), differ: false };
    events.emit('cookie.duplicate', message, { source: context, detail, severity: 'info' });
  }
  if (lookalikes.length === 0) return;
  const message = `${route} was asked with a cookie whose name another parser could take for a session cookie; ignored.`;
  events.emit('cookie.lookalike', message, { source: context, detail: { count: lookalikes.length } });
}

/** A request may bring a thousand names of any length: one event shows three, cut short. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => name.slice(0, 40).replace(/[^!-~]/g, '?'));
  return shown.join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
}
