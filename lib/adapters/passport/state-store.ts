/**
 * Where passport-oauth2 keeps the state and the PKCE verifier of a login that is under way: sealed in a cookie of this
 * browser, single use, for ten minutes, bound to the session that began it and to the provider that it was sent to.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type AdapterLogins, adapterLogins } from '../../login/adapter-seam.js';
import { assertKnownOptions, text } from '../../option-checks.js';

export interface StateStoreOptions {
  /** Who must answer, for providers that say so (`iss`, RFC 9207): an answer that names another one is refused. */
  readonly issuer?: string;
}

/** passport-oauth2 goes by the number of parameters: here 5 and 4. Its types know fewer. */
export interface StateStore {
  store(req: IncomingMessage, ...verifierStateMetaDone: unknown[]): void;
  verify(req: IncomingMessage, ...stateMetaDone: unknown[]): void;
}

/** The provider, as passport-oauth2 describes it. */
interface Meta {
  readonly authorizationURL?: string;
  readonly clientID?: string;
}

/** What comes back with an attempt. */
interface Note {
  readonly provider: string;
  readonly pkce: boolean;
  /** What the app gave as `state: { ... }`; null if nothing. */
  readonly state: object | null;
}

type Answered<T> = { readonly value: T } | { readonly error: unknown };

/**
 * For `new OAuth2Strategy({ store: stateStore(sessions), pkce: true, ... })`, in place of `state: true`. Both of its routes
 * go through `sessions.viaPost({ auto: true })`.
 * @throws ConfigurationError for what is not a kit, and for wrong options
 */
export function stateStore(sessions: object, options: StateStoreOptions = {}): StateStore {
  const logins = adapterLogins(sessions);
  assertKnownOptions('stateStore()', options, ['issuer']);
  const issuer = options.issuer === undefined ? undefined : text('issuer', options.issuer);
  function store(
    req: IncomingMessage,
    verifier: string | undefined,
    state: unknown,
    meta: Meta,
    done: (error: unknown, state?: string) => void,
  ): void {
    const begun = attempted(() => begin(logins, req, { verifier, state, meta, issuer }));
    if ('error' in begun) done(begun.error);
    else done(null, begun.value);
  }
  function verify(
    req: IncomingMessage,
    _state: string,
    meta: Meta,
    done: (error: unknown, ok?: boolean | string, info?: object) => void,
  ): void {
    const opened = attempted(() => open(logins, req, meta));
    if ('error' in opened) done(opened.error);
    else if (opened.value === null) done(null, false, UNKNOWN);
    else done(null, opened.value.verifier ?? true, opened.value.state);
  }
  return { store, verify } as StateStore;
}

const UNKNOWN = Object.freeze({ message: 'This browser did not begin this login, or it took too long. Log in again.' });

function begin(
  logins: AdapterLogins,
  req: IncomingMessage,
  beginning: { verifier: string | undefined; state: unknown; meta: Meta; issuer: string | undefined },
): string {
  const { verifier, meta, issuer } = beginning;
  const state = typeof beginning.state === 'object' ? beginning.state : null;
  const note: Note = { provider: providerOf(meta), pkce: verifier !== undefined, state };
  const returnTo = state && 'returnTo' in state && typeof state.returnTo === 'string' ? state.returnTo : undefined;
  return logins.begin(req, 'stateStore(sessions)', { issuer, returnTo, codeVerifier: verifier, note }).state;
}

/** `state` becomes `req.authInfo.state`: the app's own, with a `returnTo` that is a path of this site. */
function open(
  logins: AdapterLogins,
  req: IncomingMessage,
  meta: Meta,
): { verifier: string | null; state: object } | null {
  const provider = providerOf(meta);
  const attempt = logins.open(req, 'stateStore(sessions)', (note) => (note as Note | null)?.provider === provider);
  if (attempt === null) return null;
  const { pkce, state } = attempt.note as Note;
  return { verifier: pkce ? attempt.codeVerifier : null, state: { ...state, returnTo: attempt.returnTo } };
}

/** Short, since it is sealed into a cookie. */
function providerOf({ authorizationURL = '', clientID = '' }: Meta): string {
  return hash('sha256', JSON.stringify([authorizationURL, clientID]), 'base64url').slice(0, 16);
}

/** What `done` throws must not come back to it as an error of ours. */
function attempted<T>(work: () => T): Answered<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
