/**
 * What a request asks of the cache (RFC 9111, section 5.2.1). Hostile input never throws; a `max-age` that can't be
 * read counts as 0, of several the smallest holds, and directives that would loosen a rule (`max-stale`) are ignored.
 */
export interface RequestDirectives {
  /**
   * The oldest answer that will do, in milliseconds: 0 for `max-age=0` and `no-cache`, which take only what a load read
   * that started after them, Infinity where the request does not say.
   */
  readonly maxAge: number;
  readonly onlyIfCached: boolean;
}

const ANYTHING: RequestDirectives = Object.freeze({ maxAge: Number.POSITIVE_INFINITY, onlyIfCached: false });

export function readRequestDirectives(header: string | undefined): RequestDirectives {
  if (header === undefined) return ANYTHING;
  let { maxAge, onlyIfCached } = ANYTHING;
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.split('=', 2);
    switch (name.trim().toLowerCase()) {
      case 'max-age':
        maxAge = Math.min(maxAge, milliseconds(value));
        break;
      case 'no-cache':
        maxAge = 0;
        break;
      case 'only-if-cached':
        onlyIfCached = true;
        break;
    }
  }
  return { maxAge, onlyIfCached };
}

function milliseconds(seconds: string): number {
  const [, digits] = /^"?(\d+)"?$/.exec(seconds.trim()) ?? [];
  return digits === undefined ? 0 : Number(digits) * 1000;
}
