/** All stops that were met in a search, and which of them were held already. */
import type { Suspension } from './lane.js';
import type { Stop, Uncontrolled } from './options.js';
import { lineOfApp } from './places.js';

type Entry = { -readonly [K in keyof Stop]: Stop[K] };

/** A loop waits at one place again and again: the third time tells what the first two have not. */
const VISITS = 3;

/** They wait for their own things while a test lasts. */
const RUNNERS = /node_modules\/(?:@?jest|@?vitest|vite-node|tinypool|mocha)\b/;

export class StopBook {
  readonly #stops = new Map<string, Entry>();
  readonly #pipelining = new Map<string, Entry>();
  readonly #uncontrolled = new Map<string, Uncontrolled>();
  lost = 0;

  /** The stop at this visit of one run; null if the place was visited too often. */
  meet({ where, kind }: Suspension, visit: number): Entry | null {
    if (visit <= VISITS) return entry(this.#stops, { where, kind, visit, reached: false, bWaited: false });
    this.leave(where, `reached more than ${VISITS} times in one request: only the first ${VISITS} were held`);
    return null;
  }

  /** An await that goes on in the turn in which its request came. */
  pass({ where, kind }: Suspension, overtaken: boolean): void {
    const met = entry(this.#pipelining, { where, kind, visit: 1, reached: false, bWaited: false });
    met.reached ||= overtaken;
  }

  leave(where: string, why: string): void {
    this.#uncontrolled.set(`${where} ${why}`, { where, why });
  }

  /** Called where a response is ended by what nothing had held. */
  unseen(): void {
    this.leave(
      lineOfApp() ?? 'the response',
      'runs in a callback that can not be held: wrap what calls back with gateStore()',
    );
  }

  lose(where: string): void {
    if (RUNNERS.test(where)) return;
    this.lost++;
    this.leave(where, 'awaits without a request: AsyncLocalStorage lost its context on the way, or it never had one');
  }

  /** @param cut whether the search ended before it was through */
  close(cut: boolean): void {
    const why = cut
      ? 'not held: maxStops or searchFor came first'
      : 'not held: A came here only after it had been held elsewhere';
    for (const { where, reached } of this.#stops.values()) if (!reached) this.leave(where, why);
  }

  /** Copies, in the order in which they were met. */
  get stops(): readonly Stop[] {
    return [...this.#stops.values()].map((stop) => ({ ...stop }));
  }

  get pipelining(): readonly Stop[] {
    return [...this.#pipelining.values()].map((stop) => ({ ...stop }));
  }

  get uncontrolled(): readonly Uncontrolled[] {
    return [...this.#uncontrolled.values()];
  }
}

function entry(entries: Map<string, Entry>, made: Entry): Entry {
  const key = `${made.where} ${made.kind} ${made.visit}`;
  const known = entries.get(key) ?? made;
  entries.set(key, known);
  return known;
}
