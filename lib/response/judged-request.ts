/**
 * What is decided before any handler runs, for the kit and guard() alike: whether the route is public, whether caches
 * could misread the URL (web cache deception), and whether the request is refused for that or for being speculative.
 */
import type { RequestContext, UrlReading } from '../request/context.js';
import { isCacheableMethod } from '../request/methods.js';
import type { Refusal } from '../request/refusal.js';
import { type RouteTest, targetOf } from '../request/route-match.js';
import type { Speculation } from '../request/speculation.js';
import { readUrl } from './ambiguous-url.js';

/**
 * What becomes of a request whose URL a cache could take for a static file, or for another URL.
 * - pack: no cache may keep the answer
 * - anonymous: and it is answered as anonymous, for caches that keep it all the same
 * - refuse: 400
 */
export type Deception = 'pack' | 'anonymous' | 'refuse' | 'insecureOff';

export const DECEPTIONS: readonly Deception[] = ['pack', 'anonymous', 'refuse', 'insecureOff'];

export interface RequestRules {
  readonly deception: Deception;
  readonly speculation: Speculation;
  readonly isPublic: RouteTest;
  /** Private downloads: their URLs look like files because they are. Never true for an ambiguous one (plain-routes.ts). */
  readonly isPrivateFile: RouteTest;
}

export interface JudgedRequest {
  readonly declaredPublic: boolean;
  /** Whether `markPublic(res)` counts: never under an ambiguous URL. */
  readonly mayBePublic: boolean;
  readonly refusal: Refusal | null;
}

/** Called once it is known whether the credentials contradict each other; writes down how the URL counts. */
export function judgeRequest(context: RequestContext, rules: RequestRules): JudgedRequest {
  const { req } = context;
  const declaredPublic = rules.isPublic(req);
  const reading = readUrl(targetOf(req));
  if (!declaredPublic) context.url = harmOf(reading, context, rules);
  return {
    declaredPublic,
    mayBePublic: reading !== 'ambiguous',
    refusal: declaredPublic ? null : enforced(context, refusalOf(context, rules)),
  };
}

/** Null in a rehearsal, which tells of it. */
function enforced(source: RequestContext, refusal: Refusal | null): Refusal | null {
  if (refusal === null) return null;
  const [rule, why] = refusal === MISREAD ? ['misread url', MISREAD_WHY] : ['speculation', SPECULATIVE_WHY];
  const would = { source, rule, why, now: 'the app answers', enforced: `${refusal.status} ${refusal.code}` };
  return source.events.rehearsed('would.refuse', would) ? null : refusal;
}

const MISREAD_WHY = 'Caches could take the URL for a static file, or for another one, and keep the answer.';
const SPECULATIVE_WHY = 'A browser asked in advance, and may show the page after a logout and another login.';

/** Plain where no harm can come of it. Who is anonymous for other reasons already has no session to lose. */
function harmOf(
  reading: UrlReading,
  { req, method, anonymised }: RequestContext,
  { deception, isPrivateFile }: RequestRules,
): UrlReading {
  if (reading === 'plain' || deception === 'insecureOff' || anonymised || !isCacheableMethod(method)) return 'plain';
  return isPrivateFile(req) ? 'plain' : reading;
}

function refusalOf({ speculative, credentials, url }: RequestContext, rules: RequestRules): Refusal | null {
  if (speculative && rules.speculation === 'refuse' && credentials.all.length > 0) return SPECULATIVE;
  return url !== 'plain' && rules.deception === 'refuse' ? MISREAD : null;
}

const SPECULATIVE: Refusal = {
  status: 503,
  code: 'Service Unavailable',
  message: 'Not answered in advance. Ask again when the page is opened.',
};

const MISREAD: Refusal = {
  status: 400,
  code: 'Bad Request',
  message: 'This URL could be taken for another one.',
};
