/** The writes of one request, one after the other, so that each sees what those before it left. */
import type { Place } from '../request/place.js';
import type { RequestSession } from './request-session.js';
import type { WriteName } from './write-checks.js';

export class WriteQueue {
  readonly #session: RequestSession;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: RequestSession) {
    this.#session = session;
  }

  /** Runs `work` once all before it has settled. One that is still pending as the head leaves is reported by it. */
  add<T>(operation: WriteName, place: Place, work: () => Promise<T>): Promise<T> {
    const pending = { operation, place };
    this.#session.pendingWrites.add(pending);
    const done = this.#last.then(work).finally(() => this.#session.pendingWrites.delete(pending));
    // Also what keeps a rejection that nobody awaits from ending the process.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Runs `work`, which changes nothing, once the writes asked for so far have settled. */
  after<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    done.catch(() => undefined);
    return done;
  }
}
