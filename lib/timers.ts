/** Waiting, so that tests can wait without sleeping. */
import { StoreUnavailableError } from './errors.js';

export type Cancel = () => void;

export interface Timers {
  /** Runs once after `ms`. `background`: nobody awaits it, so it must not keep the process alive. */
  after(ms: number, run: () => void, options?: { readonly background: boolean }): Cancel;
}

export const systemTimers: Timers = {
  after(ms, run, { background } = { background: false }) {
    // Timers count whole milliseconds and may fire a fraction early; a wait that is too short proves nothing.
    const timer = setTimeout(run, Math.ceil(ms) + 1);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};

export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => void timers.after(ms, resolve));
}

/**
 * The outcome of `work`, if it comes within `ms`; its signal is aborted then.
 * @throws StoreUnavailableError otherwise.
 */
export async function within<T>(timers: Timers, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let cancel: Cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = timers.after(ms, () => {
      const error = new StoreUnavailableError(`The store gave no answer within ${Math.round(ms)} ms.`);
      abort.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    cancel();
  }
}
