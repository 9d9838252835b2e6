/**
 * One browser's cookies for one host on loopback, as Chromium and Firefox keep them there: `Secure` cookies are stored
 * and sent over plain http, ports make no difference, the last one to arrive wins (RFC 6265bis, section 5.7).
 */
interface Cookie {
  readonly value: string;
  readonly path: string;
  /** Milliseconds since the epoch; infinite for a cookie that ends with the browser. */
  readonly expires: number;
}

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Takes one `Set-Cookie` line, from a response to a request for `requestPath`. */
  store(line: string, requestPath = '/'): void {
    const [pair = '', ...rest] = line.split(';');
    const equals = pair.indexOf('=');
    const name = equals < 0 ? '' : pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    const attributes = attributesOf(rest);
    if ((name === '' && value === '') || breaksPrefix(name, attributes)) return;
    const path = attributes.get('path');
    const cookie = {
      value,
      path: path?.startsWith('/') ? path : defaultPath(requestPath),
      expires: expiry(attributes, this.#now()),
    };
    this.#cookies.delete(`${name};${cookie.path}`);
    if (cookie.expires > this.#now()) this.#cookies.set(`${name};${cookie.path}`, cookie);
  }

  /** The `Cookie` header for a request to `path`, longest paths first; empty if there is none to send. */
  header(path: string): string {
    return [...this.#cookies]
      .filter(([, cookie]) => cookie.expires > this.#now() && pathMatches(path, cookie.path))
      .sort(([, a], [, b]) => b.path.length - a.path.length)
      .map(([key, { value }]) => `${key.slice(0, key.lastIndexOf(';'))}=${value}`)
      .join('; ');
  }

  /** The value that would be sent to `path`, or undefined. */
  get(name: string, path = '/'): string | undefined {
    const found = [...this.#cookies].filter(([key]) => key.startsWith(`${name};`));
    return found.find(([, cookie]) => cookie.expires > this.#now() && pathMatches(path, cookie.path))?.[1].value;
  }
}

/** Names in lower case; of several of one name the last counts. */
function attributesOf(parts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    parts.map((part) => {
      const equals = part.indexOf('=');
      if (equals < 0) return [part.trim().toLowerCase(), ''];
      return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
}

/** Browsers drop a cookie whose name promises what its attributes don't keep. Prefixes match in any case. */
function breaksPrefix(name: string, attributes: ReadonlyMap<string, string>): boolean {
  if (/^__secure-/i.test(name)) return !attributes.has('secure');
  if (!/^__host-/i.test(name)) return false;
  return !attributes.has('secure') || attributes.has('domain') || attributes.get('path') !== '/';
}

/** `Max-Age` goes before `Expires`; what is unreadable counts as absent. */
function expiry(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) > 0 ? now + Number(maxAge) * 1000 : 0;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires;
}

function defaultPath(requestPath: string): string {
  return requestPath.slice(0, requestPath.lastIndexOf('/')) || '/';
}

function pathMatches(requestPath: string, cookiePath: string): boolean {
  const path = requestPath.replace(/[?#].*$/, '');
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/');
}
