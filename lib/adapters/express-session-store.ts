/** The store of express-session as it is asked here: by promises, with answers that are looked at before they count. */
import type { FormerCookie } from '../session/adoption-port.js';

/** What express-session asks of its stores, as far as it is needed. Every store that was written for it fits. */
export interface ExpressSessionStore {
  get(id: string, done: (error: unknown, session?: object | null) => void): unknown;
  set(id: string, session: never, done: (error?: unknown) => void): unknown;
  destroy(id: string, done: (error?: unknown) => void): unknown;
  touch?(id: string, session: never, done: (error?: unknown) => void): unknown;
}

/** Null for no such session. @throws whatever the store says, or TypeError for an answer that is no session */
export async function sessionIn(store: ExpressSessionStore, id: string): Promise<object | null> {
  const answer = await called<unknown>((done) => store.get(id, done)).catch((error: unknown) => {
    // As stores in files say that there is none.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (answer === undefined || answer === null) return null;
  if (typeof answer === 'object' && !Array.isArray(answer)) return answer;
  throw new TypeError('the store answered with something that is no session');
}

/** Both ways of a store to fail: by its callback and, where it answers a promise as well, by that. */
export function called<T>(call: (done: (error?: unknown, value?: T) => void) => unknown): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown, value?: T) => (error ? reject(error) : resolve(value));
    const answer = call(done);
    if (answer instanceof Promise) answer.catch(reject);
  });
}

/** RFC 1034, section 3.5, with the dot in front that older cookies have; anything else no cookie line takes. */
const HOST = /^\.?(?!-)[a-z\d-]{1,63}(?<!-)(?:\.(?!-)[a-z\d-]{1,63}(?<!-))*$/i;

/** How the session's cookie was set; what a browser would not take is left out. */
export function cookieOf(session: object): FormerCookie {
  const { path, domain } = fieldsOf(session);
  return {
    path: typeof path === 'string' && /^\/[!-:<-~]*$/.test(path) ? path : '/',
    ...(typeof domain === 'string' && domain.length <= 253 && HOST.test(domain) && { domain }),
  };
}

/** Milliseconds the session lives without use; null where it ends with the browser. */
export function idleOf(session: object): number | null {
  const { originalMaxAge } = fieldsOf(session);
  return typeof originalMaxAge === 'number' && originalMaxAge > 0 ? originalMaxAge : null;
}

/** The session as express-session would touch it: its end is its idle time from now. */
export function touched(session: object): object {
  const idle = idleOf(session);
  return { ...session, cookie: new StoredCookie(fieldsOf(session), idle === null ? null : Date.now() + idle) };
}

/** Something to keep beside the sessions, for `milliseconds`. */
export function noted(note: object, milliseconds: number): object {
  const cookie = new StoredCookie({ originalMaxAge: milliseconds, path: '/' }, Date.now() + milliseconds);
  return { ...note, cookie };
}

function fieldsOf(session: object): Readonly<Record<string, unknown>> {
  const cookie: unknown = Reflect.get(session, 'cookie');
  return typeof cookie === 'object' && cookie !== null ? (cookie as Record<string, unknown>) : {};
}

/** Some stores ask for `expires`, some for `maxAge`, which express-session never stores. */
class StoredCookie {
  readonly expires: Date | null;

  constructor(fields: object, expires: number | null) {
    Object.assign(this, fields);
    this.expires = expires === null ? null : new Date(expires);
  }

  get maxAge(): number | null {
    return this.expires && this.expires.getTime() - Date.now();
  }
}
