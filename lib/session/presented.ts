/** What a request presents under the kit's names, sorted. */
import type { IncomingMessage } from 'node:http';
import { parseCookieHeader } from '../request/cookie-header.js';
import { type Credential, type CredentialSet, readCredentials } from '../request/credentials.js';
import { headerLines } from '../request/header-lines.js';
import { presentedTokens } from './bearer.js';
import { type CookieNames, type CookieStyle, cookieNames, isSessionCookieName, type SameSite } from './cookies.js';

export interface Presented {
  readonly names: CookieNames;
  readonly style: CookieStyle;
  /** The session cookie and credential headers: what could name a session. */
  readonly credentials: CredentialSet;
  readonly sessionCookie: string | undefined;
  /** Of the library that was there before. */
  readonly formerCookie: string | undefined;
  /** What came as a bearer token and may be one of ours. */
  readonly tokens: readonly string[];
  /** Undefined also where they came twice: they are compared, never trusted. */
  readonly activityCookie: string | undefined;
  readonly ownerCookie: string | undefined;
  readonly loginCookie: string | undefined;
  readonly flashCookie: string | undefined;
}

export interface PresentedNames {
  readonly developmentPort: number | null;
  /** Name of the cookie of the library that was there before. */
  readonly former?: string | undefined;
  readonly headers: readonly string[];
  readonly sameSite: SameSite;
}

export function readPresented(
  req: IncomingMessage,
  { developmentPort, former, headers, sameSite }: PresentedNames,
): Presented {
  const names = cookieNames(developmentPort, former);
  const read = readCredentials(req, { cookies: Object.values(names), headers });
  const identities = [names.session, names.former];
  const isOurs = ({ kind, name }: Credential) => kind === 'cookie' && !identities.includes(name);
  const one = (wanted: string) => {
    const found = read.all.filter(({ kind, name }) => kind === 'cookie' && name === wanted);
    return found.length === 1 ? found[0]?.value : undefined;
  };
  return {
    names,
    style: { secure: developmentPort === null, sameSite },
    credentials: { ...read, all: read.all.filter((credential) => !isOurs(credential)) },
    sessionCookie: one(names.session),
    formerCookie: names.former && one(names.former),
    tokens: presentedTokens(read),
    activityCookie: one(names.activity),
    ownerCookie: one(names.owner),
    loginCookie: one(names.login),
    flashCookie: one(names.flash),
  };
}

/**
 * Whether a session cookie came under the names of any mode: the foreign `Origin` of a forged request ends development
 * mode, and with it must not end the cross-site check.
 */
export function presentsSession(req: IncomingMessage): boolean {
  return headerLines(req, 'cookie')
    .flatMap(parseCookieHeader)
    .some(({ name }) => isSessionCookieName(name));
}
