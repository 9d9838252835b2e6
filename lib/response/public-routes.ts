/** The `public` option: routes whose responses are the same for everyone. An ambiguous URL is never one of them. */
import type { Events } from '../events.js';
import { routeOf } from '../request/route-label.js';
import { type RouteMatch, type RouteTest, routeTest, targetOf } from '../request/route-match.js';
import { isAmbiguousUrl } from './ambiguous-url.js';

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function publicRoutes(match: RouteMatch, events: Events): RouteTest {
  const test = routeTest('public', match, (why, req) => {
    const message = `A function of the public option ${why} for ${routeOf(req)}; the route counts as not public.`;
    events.emit('public.failed', message);
  });
  return (req) => test(req) && !isAmbiguousUrl(targetOf(req));
}
