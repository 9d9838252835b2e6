/** Names and lines of the kit's own cookies. */
import { type CookieSerializeOptions, serialize } from 'cookie';

/** Whether links from other sites bring the cookies along: `lax` does, `strict` does not. */
export type SameSite = 'lax' | 'strict';

export const SAME_SITES: readonly SameSite[] = ['lax', 'strict'];

export interface CookieNames {
  readonly session: string;
  readonly activity: string;
  readonly owner: string;
  /** Logins that are under way at another site. */
  readonly login: string;
  readonly flash: string;
  /** That of the library that was there before; absent where no sessions are adopted. */
  readonly former?: string;
}

/** Of the names a browser accepts only with `Secure; Path=/` and without `Domain` (RFC 6265bis, section 4.1.3.2). */
const PRODUCTION: CookieNames = {
  session: '__Host-session',
  activity: '__Host-activity',
  owner: '__Host-owner',
  login: '__Host-login',
  flash: '__Host-flash',
};

/** Cookies ignore the port, so two apps on one machine would share names without it. */
export function cookieNames(developmentPort: number | null, former?: string): CookieNames {
  const other = former === undefined ? {} : { former };
  if (developmentPort === null) return { ...PRODUCTION, ...other };
  const prefix = `dev-${developmentPort}`;
  return {
    session: `${prefix}-session`,
    activity: `${prefix}-activity`,
    owner: `${prefix}-owner`,
    login: `${prefix}-login`,
    flash: `${prefix}-flash`,
    ...other,
  };
}

export function isSessionCookieName(name: string): boolean {
  return name === PRODUCTION.session || /^dev-\d+-session$/.test(name);
}

/** The names of both modes: none of them may be set by anybody else. */
export function reservedNames(names: CookieNames): readonly string[] {
  return [...new Set([...Object.values(PRODUCTION), ...Object.values(names)])];
}

/** What all cookies of one request have in common. */
export interface CookieStyle {
  readonly secure: boolean;
  /** Default `'lax'`. */
  readonly sameSite?: SameSite;
}

export interface CookieLine extends CookieStyle {
  readonly name: string;
  readonly value: string;
  /** Scripts read the owner tag; nothing else. */
  readonly readable?: boolean;
  /** In seconds. Without it the cookie ends with the browser; the session ends by its own times either way. */
  readonly maxAge?: number | undefined;
}

export function cookieLine({ name, value, readable = false, maxAge, ...style }: CookieLine): string {
  const lifetime = maxAge === undefined ? {} : { maxAge };
  return serialize(name, value, { ...attributes(readable, style), ...lifetime });
}

/** Another library may have set it for a path or a domain. */
export interface ExpiredCookie extends Omit<CookieLine, 'value' | 'maxAge'> {
  readonly path?: string;
  readonly domain?: string;
}

/** The line that takes a cookie away: attributes as when it was set (RFC 6265bis, section 5.7). */
export function expiredLine({ name, readable = false, path = '/', domain, ...style }: ExpiredCookie): string {
  const where = { path, ...(domain !== undefined && { domain }) };
  return serialize(name, '', { ...attributes(readable, style), ...where, maxAge: 0, expires: new Date(0) });
}

function attributes(readable: boolean, { secure, sameSite = 'lax' }: CookieStyle): CookieSerializeOptions {
  return { path: '/', httpOnly: !readable, secure, sameSite, encode: (value) => value };
}
