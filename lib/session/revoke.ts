/**
 * Ending sessions from anywhere. Wrong arguments throw at once; a promise that nobody awaits ends no process, and its
 * failure is an event.
 */
import { SwapproofError } from '../errors.js';
import type { Events } from '../events.js';
import type { Revocations } from './revocations.js';
import { isSessionId } from './token.js';

const HASH = /^[\w-]{43}$/;

/** All reject with `ERR_REVOCATION_UNKNOWN` past their deadline: maybe in effect; calling again is safe. */
export interface Revoke {
  /** Every session of a subject, `except` some: by id, or by its hash as events show it. */
  subject(subject: string, options?: { readonly except?: string | readonly string[] | null }): Promise<void>;
  /**
   * One session, by id or hash. False, and nothing done, if the hash is unknown or, with `of`, if it is not a session
   * of that subject: an id from a form must not end a stranger's session.
   */
  session(id: string, options?: { readonly of?: string }): Promise<boolean>;
  /** The victims of an incident and nobody else. `unknown` lists hashes that no longer name a session. */
  sessions(ids: Iterable<string>): Promise<{ readonly revoked: number; readonly unknown: readonly string[] }>;
  /** Everybody logs in again. */
  everyone(): Promise<void>;
}

/** The verbs of the kit, which also work destructured. */
export function revokeVerbs(revocations: Revocations, events: Events): Revoke {
  const heard = <T>(what: string, promise: Promise<T>) => reported(events, what, promise);
  return Object.freeze({
    subject(subject, { except } = {}) {
      assertText('subject', subject);
      const spared = [except ?? []].flat();
      for (const id of spared) assertName(id);
      return heard('revoke.subject()', revocations.subject(subject, spared));
    },
    session(id, { of } = {}) {
      if (of === undefined) assertName(id);
      else assertText('of', of);
      // What a form sends may be anything: it is no session of that subject, then.
      return isName(id) ? heard('revoke.session()', revocations.session(id, of)) : Promise.resolve(false);
    },
    sessions(ids) {
      const list = [...ids];
      for (const id of list) assertName(id);
      return heard('revoke.sessions()', revocations.sessions(list));
    },
    everyone: () => heard('revoke.everyone()', revocations.everyone()),
  } satisfies Revoke);
}

/** Makes every process load the subject's identity anew before it reports it again. */
export function refreshVerb(revocations: Revocations, events: Events): (subject: string) => Promise<void> {
  return (subject) => {
    assertText('subject', subject);
    return reported(events, 'refreshIdentity()', revocations.refresh(subject));
  };
}

function reported<T>(events: Events, what: string, promise: Promise<T>): Promise<T> {
  promise.catch(() => {
    events.emit('revocation.failed', `${what} is not known to hold. Call it again; that is safe.`, {
      detail: { what },
    });
  });
  return promise;
}

function isName(value: unknown): value is string {
  return isSessionId(value) || (typeof value === 'string' && HASH.test(value));
}

function assertText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new SwapproofError('ERR_INVALID_ARGUMENT', `revoke: ${name} must be a string that is not empty.`);
}

function assertName(value: unknown): void {
  if (isName(value)) return;
  const message = 'revoke takes session ids (session.id, or of sessions.list()) or their hashes as events show them.';
  throw new SwapproofError('ERR_INVALID_ARGUMENT', message);
}
