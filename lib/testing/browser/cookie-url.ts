/** What a cookie jar needs to know of the address of a request. */
import { TestingError } from '../../errors.js';

export interface CookieUrl {
  /** In lower case; brackets around an IPv6 address. */
  readonly host: string;
  /** As it was written, without the query: browsers match cookies by it. */
  readonly path: string;
  /** Https, or loopback, where Chromium and Firefox keep `Secure` cookies over plain http too. */
  readonly secure: boolean;
}

/** A path alone is one of http://127.0.0.1. @throws TestingError for what is neither a path nor an absolute URL */
export function cookieUrl(url: string | URL): CookieUrl {
  if (typeof url === 'string' && url.startsWith('/')) return { host: '127.0.0.1', path: pathOf(url), secure: true };
  if (!(url instanceof URL || URL.canParse(url))) {
    throw new TestingError('ERR_INVALID_ARGUMENT', 'A cookie jar takes a path, as "/account", or an absolute URL.');
  }
  const { protocol, hostname, pathname } = new URL(url);
  return { host: hostname, path: pathname, secure: protocol === 'https:' || isLoopback(hostname) };
}

/** Where a cookie without `Path` belongs: the folder of the page that set it. */
export function defaultPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/');
}

/** An address has no subdomains. */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}

function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}

function pathOf(url: string): string {
  return url.replace(/[?#][\s\S]*$/, '');
}
