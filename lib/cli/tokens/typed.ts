/** From what was typed to what the library takes, with the mistakes that people make told apart. */
import { InvalidArgumentError } from 'commander';
import { CannotRun } from '../cannot-run.js';

/** `30d`, `12h`; a bare number would be milliseconds to the library, and days to whoever types it. */
export function duration(value: string): string {
  if (/^\d+(?:\.\d+)? ?(?:ms|s|m|h|d|w|y)$/.test(value)) return value;
  throw new InvalidArgumentError('Give a number with a unit, as 90s, 12h or 30d.');
}

/** As `duration`, and 0 for none at all. */
export function overlap(value: string): string | 0 {
  return value === '0' ? 0 : duration(value);
}

/** With its zone: whoever restores at night, far from the server, must not be off by hours. */
export function moment(value: string): Date {
  const time = new Date(value);
  // JavaScript takes the 31st of February for a day in March.
  const day = new Date(`${value.slice(0, 10)}T00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(value);
  if (!hasZone || !isDay || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Give a time with its zone, as 2026-11-25T16:55Z or 2026-11-25T17:55+01:00.');
  }
  if (time.getTime() > Date.now()) throw new InvalidArgumentError('This time is still to come.');
  return time;
}

/** Not by commander, which repeats what it refuses: it may be a whole token. @throws CannotRun */
export function assertTokenId(value: string): void {
  if (/^[0-9A-Za-z]{8}$/.test(value)) return;
  const [, id] = /_([0-9A-Za-z]{8})[0-9A-Za-z]{28}$/.exec(value) ?? [];
  const wrong = 'Give the id of a token, 8 letters and digits as "tokens list" shows it.';
  if (id === undefined) throw new CannotRun(wrong);
  throw new CannotRun(`${wrong} That was a whole token, and the history of your shell has it now; its id is ${id}.`);
}

/** @param all what else may be typed. @throws CannotRun */
export function oneTarget(typed: object, all?: 'all'): string | { readonly owner: string } {
  const { target, owner } = typed as { readonly target?: string; readonly owner?: string };
  if (target !== undefined && owner === undefined) return target;
  if (target === undefined && owner !== undefined) return { owner };
  const which = all === undefined ? 'either the id of a token,' : `${all}, the id of a token,`;
  throw new CannotRun(`Give ${which} or --owner with all that are theirs.`);
}
