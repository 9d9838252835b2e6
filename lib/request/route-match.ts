/** Which requests an option speaks of: path prefixes, regular expressions, predicates, or a list of these. */
import type { IncomingMessage } from 'node:http';
import { ConfigurationError, nameOf } from '../errors.js';

/**
 * - a path prefix, of whole segments: `/static` is `/static` and `/static/x`, not `/staticx`
 * - a RegExp, tested against the whole raw path: anchor it
 * - a predicate, which must answer `true` at once; anything else is a no
 *
 * All see the path as it came on the wire: not decoded, without the query, whatever routers made of `req.url`.
 */
export type RoutePattern = string | RegExp | ((req: IncomingMessage) => boolean);
export type RouteMatch = RoutePattern | readonly RoutePattern[];

export type RouteTest = (req: IncomingMessage) => boolean;

/** Told of a predicate that threw or answered no boolean; such a request does not match. */
export type MatchFailure = (why: string, req: IncomingMessage) => void;

/** What Express and Connect add to a request. */
interface RoutedRequest extends IncomingMessage {
  originalUrl?: string;
}

/** The request target as it came on the wire, query included. */
export function targetOf(req: RoutedRequest): string {
  return req.originalUrl ?? req.url ?? '';
}

/** The raw path of a request target, without its query. */
export function rawPath(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/**
 * @param option name of the option, for errors
 * @throws ConfigurationError ERR_INVALID_OPTION
 */
export function routeTest(option: string, match: RouteMatch, failed: MatchFailure): RouteTest {
  const patterns: readonly unknown[] = Array.isArray(match) ? match : [match];
  const tests = patterns.map((pattern) => testOf(option, pattern, failed));
  return (req) => tests.some((test) => test(req));
}

function testOf(option: string, pattern: unknown, failed: MatchFailure): RouteTest {
  if (typeof pattern === 'string') return prefixTest(option, pattern);
  if (pattern instanceof RegExp) return regExpTest(pattern);
  if (typeof pattern === 'function') return predicateTest(pattern as (req: IncomingMessage) => unknown, failed);
  throw new ConfigurationError(
    'ERR_INVALID_OPTION',
    `${option} takes path prefixes as "/static", regular expressions, functions, or a list of these.`,
  );
}

function prefixTest(option: string, prefix: string): RouteTest {
  if (!/^(?:\/[^/?#\\;%\s]+)+\/?$|^\/$/.test(prefix)) {
    throw new ConfigurationError(
      'ERR_INVALID_OPTION',
      `${option} has the prefix ${JSON.stringify(prefix)}. A prefix is a plain path that begins with "/", as "/static".`,
    );
  }
  const whole = prefix.replace(/\/$/, '');
  return (req) => {
    const path = rawPath(targetOf(req));
    return path.startsWith(whole) && (path.length === whole.length || path.charAt(whole.length) === '/');
  };
}

/** Without `g` and `y`, which make a RegExp remember its last match: every second request would be missed. */
function regExpTest(pattern: RegExp): RouteTest {
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (req) => stateless.test(rawPath(targetOf(req)));
}

function predicateTest(predicate: (req: IncomingMessage) => unknown, failed: MatchFailure): RouteTest {
  return (req) => {
    try {
      const answer = predicate(req);
      if (typeof answer !== 'boolean')
        failed(`answered ${answer instanceof Promise ? 'a promise' : typeof answer}`, req);
      return answer === true;
    } catch (error) {
      failed(`threw a ${nameOf(error)}`, req);
      return false;
    }
  };
}
