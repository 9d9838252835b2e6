/** One answer of whoami as the cache keeps it. */
import type { Reading } from './forgotten.js';

/** Whose answer it is. */
export interface Owned {
  readonly id: string;
  readonly subject: string;
}

export interface WhoamiEntry<T> extends Reading {
  /** An entry names its own key, and a hit under another one is refused (R10). */
  readonly key: string;
  /** As JSON carries it, and frozen: nothing that the app still holds, nothing that one reader could change for others. */
  readonly value: T;
  /** What will be sent. A string, since nobody can write into one. */
  readonly body: string;
  readonly bodyBytes: number;
  /** The clock from which on a hit may start a refresh, moved on with each try. */
  refreshAt: number;
}

/** What an entry costs beside its body and its value, about: the map's node, both objects, key and ids. */
const OVERHEAD = 400;

export function makeEntry<T extends Owned>(
  loaded: T,
  toBody: (value: T) => string,
  { key, number, startedAt, refreshAt }: Pick<WhoamiEntry<T>, 'key' | 'number' | 'startedAt' | 'refreshAt'>,
): WhoamiEntry<T> {
  const value = frozenCopy(loaded);
  const body = toBody(value);
  const bodyBytes = Buffer.byteLength(body);
  return { key, number, startedAt, refreshAt, subject: value.subject, session: value.id, value, body, bodyBytes };
}

/** Body and value are of about one size. Measured: 630 bytes of heap for a body of 200. */
export function bytesOf({ bodyBytes }: WhoamiEntry<unknown>): number {
  return OVERHEAD + 2 * bodyBytes;
}

function frozenCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_name, inner: unknown) => Object.freeze(inner)) as T;
}
