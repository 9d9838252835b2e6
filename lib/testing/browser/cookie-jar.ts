/**
 * A browser's cookies, kept and sent by the rules of RFC 6265bis (sections 5.7 and 5.8) as Chromium and Firefox follow
 * them. A jar that is kinder than browsers hides swaps, and one that is stricter invents them. It knows no list of
 * public suffixes: of domains without a dot only the host itself is accepted.
 */
import type { Clock } from '../../clock.js';
import { type CookieUrl, cookieUrl, defaultPath, domainMatches, pathMatches } from './cookie-url.js';
import { type ReadCookie, readSetCookie } from './set-cookie-line.js';

export interface CookieJarOptions {
  /** What lifetimes are measured by; default the machine's clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** They differ in what a missing `SameSite` means, and in redirects through other sites. Default 'chromium'. */
  readonly browser?: 'chromium' | 'firefox';
}

/** How a request came about, for `SameSite`. */
export interface CookieRequest {
  /** Default GET. */
  readonly method?: string;
  /** A page of another site makes it; 'redirected': this site began, another one sent the browser back. Default false. */
  readonly crossSite?: boolean | 'redirected';
  /** It changes the address bar: a link, a form, a redirect. Not so frames, images and fetch. Default true. */
  readonly topLevel?: boolean;
}

/** A URL is absolute, or a path, which then is one of http://127.0.0.1. Ports make no difference. */
export interface CookieJar {
  /** Takes one `Set-Cookie` line of a response; answers whether a browser would have. */
  store(line: string, url?: string | URL, request?: CookieRequest): boolean;
  /** The `Cookie` header of a request, the longest paths first; empty if there is nothing to send. */
  header(url?: string | URL, request?: CookieRequest): string;
  /** The value that would be sent, or undefined. */
  get(name: string, url?: string | URL): string | undefined;
  /** Forgets everything. */
  clear(): void;
}

interface Stored extends ReadCookie {
  readonly path: string;
  readonly hostOnly: boolean;
  readonly createdAt: number;
}

/** A missing `SameSite` counts as Lax in Chromium, but not on POSTs to cookies this young. */
const LAX_ALLOWANCE = 120_000;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** An empty jar: one browser's, or one private window's. */
export function cookieJar(options: CookieJarOptions = {}): CookieJar {
  return new BrowserCookieJar(options);
}

class BrowserCookieJar implements CookieJar {
  readonly #now: () => number;
  readonly #firefox: boolean;
  readonly #cookies = new Map<string, Stored>();

  constructor({ clock = { now: Date.now }, browser = 'chromium' }: CookieJarOptions) {
    this.#now = () => clock.now();
    this.#firefox = browser === 'firefox';
  }

  store(line: string, url: string | URL = '/', request: CookieRequest = {}): boolean {
    const from = cookieUrl(url);
    const now = this.#now();
    const read = readSetCookie(line, now);
    if (read === null || !this.#mayStore(read, from, request)) return false;
    // A domain without a dot is a host of its own, or everybody's.
    const domain = read.domain.includes('.') ? read.domain : '';
    const hostOnly = domain === '';
    const place = { domain: domain || from.host, path: read.path ?? defaultPath(from.path), hostOnly };
    const key = JSON.stringify([read.name, place]);
    const before = this.#cookies.get(key);
    // As seen in Chromium: another value makes it a new cookie, last in the header; the same one leaves it in its place.
    if (before?.value !== read.value) this.#cookies.delete(key);
    const createdAt = before?.value === read.value ? before.createdAt : now;
    if (read.expires <= now) this.#cookies.delete(key);
    else this.#cookies.set(key, { ...read, ...place, createdAt });
    return true;
  }

  header(url: string | URL = '/', request: CookieRequest = {}): string {
    return this.#sent(cookieUrl(url), request)
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      .join('; ');
  }

  get(name: string, url: string | URL = '/'): string | undefined {
    return this.#sent(cookieUrl(url), {}).find((cookie) => cookie.name === name)?.value;
  }

  clear(): void {
    this.#cookies.clear();
  }

  #sent(to: CookieUrl, request: CookieRequest): Stored[] {
    return [...this.#cookies.values()]
      .filter((cookie) => cookie.expires > this.#now() && matches(cookie, to) && this.#maySend(cookie, request))
      .sort((a, b) => b.path.length - a.path.length);
  }

  #mayStore(cookie: ReadCookie, from: CookieUrl, request: CookieRequest): boolean {
    const { domain, secure, sameSite } = cookie;
    if (domain !== '' && !(domain.includes('.') ? domainMatches(from.host, domain) : from.host === domain))
      return false;
    if (sameSite === 'none' && !secure) return false;
    if (secure ? !from.secure : this.#hidesSecure(cookie, from)) return false;
    return !this.#isCrossSite(request) || request.topLevel !== false || this.#restriction(cookie) === 'none';
  }

  /** Over plain http nobody may lay a cookie over a `Secure` one. */
  #hidesSecure({ name, path }: ReadCookie, from: CookieUrl): boolean {
    if (from.secure) return false;
    const own = path ?? defaultPath(from.path);
    return [...this.#cookies.values()].some(
      (cookie) =>
        cookie.name === name &&
        cookie.secure &&
        domainMatches(from.host, cookie.domain) &&
        pathMatches(own, cookie.path),
    );
  }

  #maySend(cookie: Stored, request: CookieRequest): boolean {
    const restriction = this.#restriction(cookie);
    if (restriction === 'none' || !this.#isCrossSite(request)) return true;
    if (restriction === 'strict' || request.topLevel === false) return false;
    if (SAFE.has((request.method ?? 'GET').toUpperCase())) return true;
    return cookie.sameSite === 'unset' && this.#now() - cookie.createdAt <= LAX_ALLOWANCE;
  }

  #restriction({ sameSite }: ReadCookie): 'strict' | 'lax' | 'none' {
    if (sameSite !== 'unset') return sameSite;
    return this.#firefox ? 'none' : 'lax';
  }

  #isCrossSite({ crossSite = false }: CookieRequest): boolean {
    return crossSite === 'redirected' ? this.#firefox : crossSite;
  }
}

function matches({ domain, hostOnly, path, secure }: Stored, to: CookieUrl): boolean {
  const here = hostOnly ? to.host === domain : domainMatches(to.host, domain);
  return here && pathMatches(to.path, path) && (!secure || to.secure);
}
