/**
 * The owner tag of another library's session: the hash of its id and a MAC of that hash. With the hash in it, a tag that
 * is ours and names another session can be told from one that we can't read (a retired secret, another app on the same
 * host), which counts as none.
 */
import { type CookieSerializeOptions, serialize } from 'cookie';
import { attributesOf } from '../response/set-cookie-line.js';
import { hashOf } from '../session/ids.js';
import type { Keyring } from '../session/keyring.js';

export interface TagCookie {
  readonly name: string;
  /** False in development mode. */
  readonly secure: boolean;
}

export function writeTag(keyring: Keyring, id: string): string {
  const hash = hashOf(id);
  return `${hash}.${keyring.mac('owner', hash)}`;
}

/** The hash of the session that a tag names; null if the tag is not ours. */
export function readTag(keyring: Keyring, tag: string): string | null {
  const [hash = '', mac = '', ...rest] = tag.split('.', 3);
  return rest.length === 0 && keyring.verify('owner', hash, mac) ? hash : null;
}

/** The tag's own line. Like the session's line in lifetime and in which requests bring it: the two come and go together. */
export function tagLine({ name, secure }: TagCookie, tag: string, sessionLine: string): string {
  const attributes = attributesOf(sessionLine);
  const crossSite = secure && attributes.get('samesite')?.toLowerCase() === 'none';
  const maxAge = Number(attributes.get('max-age') ?? Number.NaN);
  const expires = new Date(attributes.get('expires') ?? Number.NaN);
  return serialize(name, tag, {
    ...shared(secure),
    ...(Number.isInteger(maxAge) && { maxAge }),
    ...(!Number.isNaN(expires.getTime()) && { expires }),
    ...(crossSite && { sameSite: 'none' }),
    ...(secure && attributes.has('partitioned') && { partitioned: true }),
  });
}

export function expiredTagLine({ name, secure }: TagCookie): string {
  return serialize(name, '', { ...shared(secure), maxAge: 0, expires: new Date(0) });
}

/** Takes a session out of a browser where it does not belong; its Domain and Path are guessed, as most have them. */
export function expiredSessionLine(name: string, secure: boolean): string {
  return serialize(name, '', { ...shared(secure), httpOnly: true, maxAge: 0, expires: new Date(0) });
}

/**
 * Whether a tag can stand beside this cookie. One with a Domain, or a Path of its own, is set and changed where the tag
 * is not seen, and a stale tag would refuse its rightful owner.
 */
export function isInScopeOfTag(sessionLine: string): boolean {
  const attributes = attributesOf(sessionLine);
  return attributes.get('path') === '/' && (attributes.get('domain') ?? '') === '';
}

/** Scripts read the tag; it has no authority. */
function shared(secure: boolean): CookieSerializeOptions {
  return { path: '/', secure, sameSite: 'lax', encode: (value) => value };
}
