/**
 * Where to go after a login. Never session data: it travels in the URL or the form, so it is whatever the client says,
 * and only a path of this site is followed.
 */
import { bodyField, type ParameterRequest, queryOf } from '../request/parameters.js';

const LONGEST = 256;
const PARAMETER = 'return_to';

/** A local path: one slash, then no slash or backslash; no control character or half character, as browsers drop them. */
export function isLocalPath(value: unknown): value is string {
  if (typeof value !== 'string' || Buffer.byteLength(value) > LONGEST) return false;
  return /^\/(?![/\\])[^\\\p{Cc}\p{Cs}\s]*$/u.test(value) && isLocalUrl(value);
}

/** The last word has the parser that browsers use. It takes dot segments away: `/.//host` has the path `//host`. */
function isLocalUrl(path: string): boolean {
  const base = 'http://local.invalid';
  if (!URL.canParse(path, base)) return false;
  const { origin, pathname } = new URL(path, base);
  return origin === base && !pathname.startsWith('//');
}

/** The path that the request asks to return to, from its body or query; `fallback` if there is none that is safe. */
export function returnTo(req: ParameterRequest, fallback: string): string {
  const wanted = bodyField(req, PARAMETER) ?? queryOf(req).get(PARAMETER);
  return isLocalPath(wanted) ? wanted : fallback;
}

/** `loginPath` with the request's own path as where to return, if that is short and safe enough. */
export function loginUrl(req: ParameterRequest, loginPath: string): string {
  const here = req.originalUrl ?? req.url ?? '/';
  if (!isLocalPath(here)) return loginPath;
  const separator = loginPath.includes('?') ? '&' : '?';
  return `${loginPath}${separator}${new URLSearchParams({ [PARAMETER]: here })}`;
}
