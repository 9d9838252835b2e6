/**
 * The headers given to `writeHead`, put where `getHeader` sees them, meaning what Node would have meant: alone, every
 * line leaves; over headers set before, a record replaces them name by name. An array over headers set before replaces
 * them too and keeps all of its own lines, as newer Node does; Node 20 keeps only the last line of a flat array and
 * throws for an array of pairs.
 */
import type { ServerResponse } from 'node:http';

type Value = string | readonly string[];

/** False if Node would refuse the form itself: then nothing was changed, and Node should say so. */
export function foldHeaders(res: ServerResponse, given: unknown): boolean {
  if (given === undefined || given === null) return true;
  const entries = entriesOf(given);
  if (!entries) return false;
  if (res.getHeaderNames().length > 0) foldOver(res, entries, Array.isArray(given));
  else foldInto(res, entries);
  return true;
}

function entriesOf(given: unknown): [string, Value][] | undefined {
  if (!Array.isArray(given)) return Object.entries(Object(given));
  if (Array.isArray(given[0])) return given.map((pair) => [pair[0], pair[1]]);
  if (given.length % 2 !== 0) return undefined;
  return Array.from({ length: given.length / 2 }, (_, pair) => [given[2 * pair], given[2 * pair + 1]]);
}

/** Over headers set before, Node skips nameless entries. */
function foldOver(res: ServerResponse, entries: [string, Value][], keepsLines: boolean): void {
  const named = entries.filter(([name]) => name);
  if (keepsLines) {
    for (const [name] of named) res.removeHeader(name);
    for (const [name, value] of named) res.appendHeader(name, copied(value));
  } else {
    for (const [name, value] of named) res.setHeader(name, value);
  }
}

function foldInto(res: ServerResponse, entries: [string, Value][]): void {
  for (const [name, value] of entries) res.appendHeader(name, copied(value));
}

/** `appendHeader` pushes into the array it finds, which is the caller's. */
function copied(value: Value): Value {
  return Array.isArray(value) ? [...value] : value;
}
