import type { Clock } from '../clock.js';

export interface WhoamiCacheOptions<T> {
  readonly clock: Clock;
  /** Milliseconds, above 0. */
  readonly maxAge: number;
  /** The body that will be sent, made once for each load. */
  readonly toBody: (value: T) => string;
  /** Default 100,000. */
  readonly maxEntries?: number;
  /** Default 128 MiB, what an entry costs beside its body included. */
  readonly maxBytes?: number;
  /** Milliseconds for one load. Default 5,000. */
  readonly loadTimeout?: number;
  /** Told once of each load that failed, background refreshes included. */
  readonly onFailure?: (error: unknown) => void;
}
