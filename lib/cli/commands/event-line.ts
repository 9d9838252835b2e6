/** One line of a log: an event, nothing, or what nobody can read. */
import type { ReportedEvent } from '../../rehearsal/report.js';

/** Null for a line that holds no event; `'blank'` for one that holds nothing. */
export function readEventLine(line: string | null): ReportedEvent | 'blank' | null {
  if (line === null) return null;
  const text = line.replace(/^\uFEFF/, '').trim();
  return text === '' ? 'blank' : eventIn(text);
}

function eventIn(text: string): ReportedEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

/** The largest time that a date can have: others could not be printed. */
const LAST_TIME = 8.64e15;

function isEvent(value: unknown): value is ReportedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { code, at } = value as { code?: unknown; at?: unknown };
  return typeof code === 'string' && typeof at === 'number' && Math.abs(at) <= LAST_TIME;
}
