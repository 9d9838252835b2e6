/**
 * From the events of a rehearsal to the routes that would change. One tally for `report()` in the app and for the
 * command line: what it is given may be a file that anybody wrote, so nothing of it is trusted, and it keeps a bounded
 * number of bounded texts.
 */
import { adviceFor } from './advice.js';

/** One way in which one route would change. */
export interface RehearsedChange {
  /** Method and pattern, as `GET /account/:id`. */
  readonly route: string;
  /** As `would.cache.change`; docs/events.md has them all. */
  readonly code: string;
  /** A row of the guard's table, as `row 5`, or the name of another rule. */
  readonly rule: string;
  /** What leaves now, and what would: of the first time this was seen. */
  readonly now: string;
  readonly enforced: string;
  readonly why: string;
  readonly advice: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Frozen plain data. */
export interface RehearsalReport {
  /** Whether a rehearsal was seen at all: without one an empty list says nothing. */
  readonly rehearsing: boolean;
  /** Most frequent first. */
  readonly changes: readonly RehearsedChange[];
  /** How often each code was seen, those that are not listed included. */
  readonly counts: Readonly<Record<string, number>>;
  /** Events of changes that are not listed: 1,000 different ones are. */
  readonly unlisted: number;
  /** Of the first and last change; null if nothing would change. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** As much of an event as a report needs; a line of a file may lack all the rest. */
export interface ReportedEvent {
  readonly code: string;
  readonly at: number;
  readonly route?: unknown;
  readonly detail?: unknown;
}

const MOST_CHANGES = 1_000;
const MOST_CODES = 20;
const LONGEST_TEXT = 400;
const LONGEST_ROUTE = 160;

type Counted = { -readonly [K in keyof RehearsedChange]: RehearsedChange[K] };

/** Makes the report, event by event. */
export class RehearsalTally {
  readonly #changes = new Map<string, Counted>();
  readonly #counts = new Map<string, number>();
  #rehearsing = false;
  #unlisted = 0;
  #firstAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Every event that is not of a rehearsal is left out. */
  add(event: ReportedEvent): void {
    if (event.code === 'rehearsal.started') this.#rehearsing = true;
    if (!event.code.startsWith('would.')) return;
    this.#rehearsing = true;
    this.#firstAt = Math.min(this.#firstAt, event.at);
    this.#lastAt = Math.max(this.#lastAt, event.at);
    this.#count(text(event.code));
    this.#list(event);
  }

  report(): RehearsalReport {
    const changes = [...this.#changes.values()].sort(byFrequency).map((change) => Object.freeze({ ...change }));
    return Object.freeze({
      rehearsing: this.#rehearsing,
      changes: Object.freeze(changes),
      counts: Object.freeze(Object.fromEntries(this.#counts)),
      unlisted: this.#unlisted,
      firstAt: Number.isFinite(this.#firstAt) ? this.#firstAt : null,
      lastAt: Number.isFinite(this.#lastAt) ? this.#lastAt : null,
    });
  }

  #count(code: string): void {
    const key = this.#counts.has(code) || this.#counts.size < MOST_CODES ? code : 'would.other';
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #list(event: ReportedEvent): void {
    const names = namesOf(event);
    const key = JSON.stringify(names);
    const known = this.#changes.get(key);
    if (known) {
      known.count++;
      known.firstAt = Math.min(known.firstAt, event.at);
      known.lastAt = Math.max(known.lastAt, event.at);
    } else if (this.#changes.size < MOST_CHANGES) this.#changes.set(key, changeOf(event, names));
    else this.#unlisted++;
  }
}

type Names = readonly [route: string, code: string, rule: string];

/** What tells one change from another. */
function namesOf({ code, route, detail }: ReportedEvent): Names {
  return [text(route, LONGEST_ROUTE), text(code), textOf(detail, 'rule')];
}

function changeOf({ at, detail }: ReportedEvent, [route, code, rule]: Names): Counted {
  const told = (name: string) => textOf(detail, name);
  return {
    route,
    code,
    rule,
    now: told('now'),
    enforced: told('enforced'),
    why: told('why'),
    advice: adviceFor(rule),
    count: 1,
    firstAt: at,
    lastAt: at,
  };
}

function textOf(detail: unknown, name: string): string {
  return text(typeof detail === 'object' && detail !== null ? Reflect.get(detail, name) : '');
}

/** One line that no terminal obeys, whatever it was. */
function text(value: unknown, longest = LONGEST_TEXT): string {
  if (typeof value !== 'string') return '';
  const line = value.slice(0, longest).replace(/[^\x20-\x7e]/g, '?');
  return value.length > longest ? `${line}...` : line;
}

function byFrequency(a: RehearsedChange, b: RehearsedChange): number {
  return b.count - a.count || byText(a.route, b.route) || byText(a.code, b.code) || byText(a.rule, b.rule);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
