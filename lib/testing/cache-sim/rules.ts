/** What a cache does, as data: enough to tell apart the caches that were part of an incident. */

export interface CacheRules {
  /** What of the URL the key holds. A path alone gives the answer to `?user=1` to whoever asks `?user=2`. */
  readonly key: 'url' | 'path';
  /**
   * What of the credentials the key holds. 'cookie': the `Cookie` header, but nothing at all where a cookie comes twice,
   * so that such a request shares its answer with everybody who has no cookie.
   */
  readonly identity: 'none' | 'cookie';
  /** Which paths it looks at. 'static': those that end like a file; everything else passes through. */
  readonly paths: 'all' | 'static';
  /** 'cacheable': those that RFC 9110 section 15.1 calls so, and any with a lifetime of its own; 'ok': 200 alone. */
  readonly statuses: 'cacheable' | 'ok' | 'every';
  /**
   * 'strict': as RFC 9111 has it, and what is malformed keeps a response out. 'lenient': directives that are not spelled
   * as expected are skipped, and `private=""` holds back the fields that it names, which are none. 'ignored': not read.
   */
  readonly directives: 'strict' | 'lenient' | 'ignored';
  /** Reads `CDN-Cache-Control` and `Surrogate-Control` first, and `Cache-Control` only without them (RFC 9213). */
  readonly targeted: boolean;
  /** Compares what `Vary` names before an answer is used again. */
  readonly vary: boolean;
  /** Keeps answers to requests with `Authorization` only if they say so (RFC 9111 section 3.5). */
  readonly authorization: boolean;
  /** What becomes of a response with `Set-Cookie`: kept with it, kept without it, or not kept. */
  readonly setCookie: 'keep' | 'strip' | 'pass';
  /** Seconds for a response that says nothing of its lifetime; null: the tenth of its age by `Last-Modified`, if it has one. */
  readonly defaultLifetime: number | null;
  /** Seconds that everything is fresh at least. */
  readonly minimumLifetime: number;
  /** Seconds that everything is fresh, whatever the response says; null: what it says counts. */
  readonly fixedLifetime: number | null;
  /** Who asks while the same is being fetched waits, and gets the answer of the first; only not what it may not share. */
  readonly collapse: boolean;
  /** Gives what is no longer fresh where the origin fails, and keeps what must be revalidated for that day. */
  readonly staleOnError: boolean;
  /** Asks the origin for the whole page where a client asked by HEAD, and keeps it. */
  readonly headAsGet: boolean;
}

/** A shared cache by RFC 9111, without heuristics beyond `Last-Modified`. */
export const RFC_9111: CacheRules = {
  key: 'url',
  identity: 'none',
  paths: 'all',
  statuses: 'cacheable',
  directives: 'strict',
  targeted: false,
  vary: true,
  authorization: true,
  setCookie: 'keep',
  defaultLifetime: null,
  minimumLifetime: 0,
  fixedLifetime: null,
  collapse: false,
  staleOnError: false,
  headAsGet: false,
};
