/**
 * Routes that an option exempts from a rule: the same for everyone (`public`), open to other sites (`csrf.exempt`). An
 * ambiguous URL is never one of them.
 */
import type { Events } from '../events.js';
import { routeOf } from '../request/route-label.js';
import { type RouteMatch, type RouteTest, routeTest, targetOf } from '../request/route-match.js';
import { isAmbiguousUrl } from './ambiguous-url.js';

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function plainRoutes(option: string, match: RouteMatch, events: Events): RouteTest {
  const test = routeTest(option, match, (why, req) => {
    const message = `A function of the ${option} option ${why} for ${routeOf(req)}; the route is not exempt.`;
    events.emit('predicate.failed', message, { detail: { option } });
  });
  return (req) => test(req) && !isAmbiguousUrl(targetOf(req));
}
