/** `session.stored`: values that live in the store, on any method, without a cookie. */

/**
 * Values of a session by key, kept by `regenerate()` and gone with the session. Each call is one step in the store, which
 * itself requires a live session: after a revocation resolved nothing is written any more, and calls reject with
 * `ERR_NO_SESSION`. A store that fails is `ERR_STORE_UNAVAILABLE`, never undefined.
 */
export interface Stored {
  /** The value of a key; undefined if there is none, or no session. @typeParam T what the app keeps there; unchecked */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /**
   * Keeps a JSON value of up to 64 KiB; 256 KiB and 1,000 keys a session. Without a session it begins an anonymous one:
   * on POST, PUT, PATCH and DELETE only, and from this site only.
   */
  set(key: string, value: unknown): Promise<void>;
  /** Reads and deletes in one step: of any number of requests, one gets the value. */
  take<T = unknown>(key: string): Promise<T | undefined>;
  delete(key: string): Promise<void>;
}
