/** A picture of who asked when: a lane for each user, time downwards, one row for each request. Numbers only, no drawing. */
import type { Finding } from '../../evidence/finding.js';
import type { Report } from '../../evidence/report.js';
import type { ShownExchange } from '../../evidence/shown.js';

export interface Bar {
  readonly exchange: ShownExchange;
  readonly lane: number;
  /** Of those side by side in a lane, counted from 0. */
  readonly slot: number;
  readonly firstRow: number;
  /** The row at which its answer had come. */
  readonly lastRow: number;
  readonly leaked: boolean;
}

export interface Arrow {
  /** Counted from 1, as the findings are. */
  readonly finding: number;
  readonly from: Bar;
  readonly to: Bar;
}

export interface Lanes {
  /** Labels; null is somebody without a session. */
  readonly people: readonly (string | null)[];
  readonly bars: readonly Bar[];
  readonly rows: number;
  /** How many requests share a lane at the same time, at most. */
  readonly slots: number;
  readonly arrows: readonly Arrow[];
}

const MOST_BARS = 400;
const MOST_SLOTS = 4;

export function lanesOf({ timeline, findings, people }: Pick<Report, 'timeline' | 'findings' | 'people'>): Lanes {
  const told = findings.flatMap(({ exchanges }) => exchanges);
  const toldKeys = new Set(told.map(keyOf));
  // What a finding tells of comes first, so that it is not what has no room.
  const distinct = new Map([...told, ...timeline].map((exchange) => [keyOf(exchange), exchange]));
  const exchanges = [...distinct.values()].slice(0, MOST_BARS).sort((a, b) => a.startedAt - b.startedAt);
  const labels = [...new Set([...people, ...exchanges.map(({ asker }) => asker)])];
  const lanes = labels.filter((label) => exchanges.some(({ asker }) => asker === label));
  const slots = new Slots();
  const bars = exchanges.map((exchange, firstRow): Bar => {
    const after = exchanges.findIndex(({ startedAt }) => startedAt >= exchange.endedAt);
    const lastRow = Math.max(firstRow, (after < 0 ? exchanges.length : after) - 1);
    const lane = lanes.indexOf(exchange.asker);
    return {
      exchange,
      lane,
      firstRow,
      lastRow,
      slot: slots.take(lane, firstRow, lastRow),
      leaked: toldKeys.has(keyOf(exchange)),
    };
  });
  return { people: lanes, bars, rows: exchanges.length, slots: slots.most, arrows: arrowsOf(findings, bars) };
}

/** Which of the places side by side in a lane is free. Beyond the last place they lie upon each other. */
class Slots {
  most = 1;
  readonly #lastRows = new Map<number, number[]>();

  take(lane: number, firstRow: number, lastRow: number): number {
    const lastRows = this.#lastRows.get(lane) ?? [];
    this.#lastRows.set(lane, lastRows);
    const free = lastRows.findIndex((row) => row < firstRow);
    const slot = Math.min(free < 0 ? lastRows.length : free, MOST_SLOTS - 1);
    lastRows[slot] = lastRow;
    this.most = Math.max(this.most, slot + 1);
    return slot;
  }
}

/** From the owner's response to the receiver's. */
function arrowsOf(findings: readonly Finding[], bars: readonly Bar[]): Arrow[] {
  const barOf = (exchange: ShownExchange) => bars.find((bar) => keyOf(bar.exchange) === keyOf(exchange));
  return findings.flatMap(({ exchanges, owner, receiver }, index): Arrow[] => {
    const last = (label: string | null) => exchanges.findLast(({ asker }) => asker === label);
    const [owners, receivers] = [owner === null ? undefined : last(owner), last(receiver)];
    const from = owners && barOf(owners);
    const to = receivers && barOf(receivers);
    return from && to && from !== to ? [{ finding: index + 1, from, to }] : [];
  });
}

function keyOf({ asker, method, url, startedAt, endedAt, connection }: ShownExchange): string {
  return JSON.stringify([asker, method, url, startedAt, endedAt, connection]);
}
