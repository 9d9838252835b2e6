/** One step of the journey: what was asked, and what a user could notice of the answer. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Visit {
  /** Who asks for what, as `alice GET /account`; told apart by a note where it is asked more than once. */
  readonly step: string;
  readonly method: string;
  /** What the app answers on its own. The journey is wrong where it does not. */
  readonly expected: number;
  readonly status: number;
  /** Names in `Set-Cookie`, in order; one that ends a cookie, or sets again what came, is marked. */
  readonly cookies: readonly string[];
  /** Names of the cookies that the browser has now. */
  readonly kept: readonly string[];
  /** Where random values were, there are their names. */
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether a session cookie or a bearer token came. */
  readonly identified: boolean;
}

/** Random in each run. Some are parts of a longer text, so the order matters. */
const RANDOM: readonly (readonly [RegExp, string])[] = [
  [/(name="_csrf" value=")[^"]+/g, '$1TOKEN'],
  [/([?&](?:state|code_challenge)=)[^&]+/g, '$1RANDOM'],
  [/127\.0\.0\.1(:|%3A)\d+/g, '127.0.0.1$1PORT'],
  [/^dev-\d+-/g, 'dev-PORT-'],
  [/\/magic\/[\w-]{36}/g, '/magic/LINK'],
];

export function withoutRandom(text: string): string {
  return RANDOM.reduce((sofar, [random, name]) => sofar.replace(random, name), text);
}

/** `date` says when it was, `etag` of a page with a random token is random too, and lines of cookies are apart. */
export function comparableHeaders({
  date: _date,
  'set-cookie': _lines,
  ...rest
}: IncomingHttpHeaders): IncomingHttpHeaders {
  const entries = Object.entries(rest).map(([name, value]) => [name, withoutRandom(String(value))]);
  const headers = Object.fromEntries(entries) as IncomingHttpHeaders;
  return headers.etag?.startsWith('W/') && headers['content-type']?.startsWith('text/html')
    ? { ...headers, etag: 'RANDOM' }
    : headers;
}

/** @param sent the `Cookie` header of the request */
export function cookieNames(lines: readonly string[], sent: string, now: number): readonly string[] {
  const came = sent.split('; ');
  return lines.map((line) => {
    const [pair = ''] = line.split(';', 1);
    const name = withoutRandom(pair.slice(0, pair.indexOf('=')));
    const expires = Date.parse(/;\s*expires=([^;]+)/i.exec(line)?.[1] ?? '');
    if (expires <= now || /;\s*max-age=0/i.test(line)) return `${name} (ends)`;
    return came.includes(pair) ? `${name} (again)` : name;
  });
}

export function keptNames(sent: string): readonly string[] {
  const names = sent.split('; ').map((pair) => withoutRandom(pair.slice(0, pair.indexOf('='))));
  return sent === '' ? [] : names.sort();
}
