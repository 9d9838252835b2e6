/**
 * The log that is there without asking: nothing while all is well, `warn` and above on stderr, one line each. The first
 * of a code and route at once, its repetitions as a count a minute.
 */
import type { EventListener, Events, SwapproofEvent } from './events.js';

export interface Log {
  /** Stops the log and its timer; pending counts are written first. */
  close(): void;
}

const MINUTE = 60_000;
/** Above this many codes and routes, routes are no longer told apart. */
const MOST_KEYS = 1_000;

/** @param log false for silence, or a function for every event instead of lines on stderr */
export function attachLog(
  events: Events,
  log: undefined | false | EventListener,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  if (log === false) return { close() {} };
  if (log) return { close: events.on('*', log) };
  const lines = new ConsoleLog(write);
  const off = events.on('*', (event) => lines.add(event));
  return {
    close() {
      off();
      lines.close();
    },
  };
}

interface Repeated {
  readonly title: string;
  count: number;
}

class ConsoleLog {
  readonly #seen = new Map<string, Repeated>();
  readonly #write: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  add(event: SwapproofEvent): void {
    if (event.severity === 'info') return;
    const { code, severity, route = '' } = event;
    const title = `swapproof ${severity.toUpperCase()} ${code}`;
    const key = this.#seen.size < MOST_KEYS || this.#seen.has(`${code} ${route}`) ? `${code} ${route}` : code;
    const known = this.#seen.get(key);
    if (known) {
      this.#repeat(known);
      return;
    }
    this.#seen.set(key, { title: key === code ? title : `${title} ${route}`, count: 0 });
    this.#line(`${title} ${event.message.includes(route) ? '' : `${route}: `}${event.message}`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#report();
  }

  #repeat(known: Repeated): void {
    known.count++;
    this.#timer ??= setInterval(() => this.#report(), MINUTE).unref();
  }

  #report(): void {
    for (const entry of this.#seen.values()) {
      if (entry.count === 0) continue;
      this.#line(`${entry.title.trimEnd()} happened ${entry.count} more time${entry.count === 1 ? '' : 's'}.`);
      entry.count = 0;
    }
  }

  /** One event is one line: nothing in a message can begin another one. */
  #line(text: string): void {
    this.#write(`${text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')}\n`);
  }
}
