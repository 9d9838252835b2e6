/** One request to one app three times: without a guard, with a guard that rehearses, with a guard that enforces. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { SwapproofEvent } from '../../lib/events.js';
import { guard } from '../../lib/guard.js';
import type { GuardOptions } from '../../lib/guard-options.js';
import { silentStderr } from './silent-stderr.js';
import { headerLinesOf } from './wire.js';

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

export interface ThreeWays {
  readonly bare: string;
  readonly rehearsed: string;
  readonly enforced: string;
  /** Of the rehearsal. */
  readonly events: readonly SwapproofEvent[];
  readonly enforcedCodes: readonly string[];
}

/**
 * @param make the app behind a first middleware
 * @param ask its answer to one request, as bytes
 */
export async function threeWays(
  options: GuardOptions,
  make: (first: Middleware) => RequestListener,
  ask: (listener: RequestListener) => Promise<string>,
): Promise<ThreeWays> {
  const { value: rehearsing, events } = silentStderr(() => watched({ ...options, insecureReportOnly: true }));
  const { value: enforcing, events: enforcedEvents } = watched(options);
  const [bare, rehearsed, enforced] = [await ask(make(pass)), await ask(make(rehearsing)), await ask(make(enforcing))];
  for (const front of [rehearsing, enforcing]) front.close();
  return {
    bare: undated(bare),
    rehearsed: undated(rehearsed),
    enforced: undated(enforced),
    events: events.filter(({ code }) => code !== 'rehearsal.started'),
    enforcedCodes: enforcedEvents.map(({ code }) => code),
  };
}

/**
 * What the events say would differ, and what does, both as text: fields of caches with their values, names of cookies
 * that do not arrive. Everything else must be the same.
 */
export function toldAndTrue({ bare, enforced, events }: ThreeWays): {
  told: readonly string[];
  true: readonly string[];
} {
  const told = events.flatMap(({ code, detail }) => {
    if (code === 'would.cache.change')
      return parts(detail.now).map((now, at) => `${now} -> ${parts(detail.enforced)[at]}`);
    return code === 'would.cookie.drop' ? namesIn(detail.now).map((name) => `${name} dropped`) : [];
  });
  const [before, after] = [fieldsOf(bare), fieldsOf(enforced)];
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  const cookies = setCookies(bare).filter((line) => !setCookies(enforced).includes(line));
  return {
    told: told.sort(),
    true: [
      ...names.map((name) => `${field(name, before)} -> ${field(name, after)}`),
      ...cookies.map((line) => `${line.split('=', 1)[0]} dropped`),
    ].sort(),
  };
}

const pass: Middleware = (_req, _res, next) => next();

function watched(options: GuardOptions) {
  const events: SwapproofEvent[] = [];
  return { value: guard({ ...options, log: (event) => events.push(event) }), events };
}

/** Without what differs between any two answers: the time, and the frames of a stack in a page of an error. */
export function undated(raw: string): string {
  const dated = raw.replace(/^Date: .*$/gm, 'Date: now');
  const page = dated.replace(/(?:<br>)? ?&nbsp; ?&nbsp;at .*(?=<\/pre>)/s, '');
  return page === dated ? page : page.replace(/^Content-Length: .*$/gm, 'Content-Length: so many');
}

function parts(text: unknown): string[] {
  return String(text).split('; ');
}

function namesIn(text: unknown): string[] {
  return String(text)
    .replace(/^Set-Cookie: /, '')
    .split(', ');
}

/** Every field of the final head but cookies, by name in lower case. */
function fieldsOf(raw: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of headerLinesOf(raw)) {
    if (name !== 'set-cookie') fields.set(name, fields.has(name) ? `${fields.get(name)}, ${value}` : value);
  }
  return fields;
}

function setCookies(raw: string): string[] {
  return headerLinesOf(raw).flatMap(([name, value]) => (name === 'set-cookie' ? [value] : []));
}

function field(name: string, fields: ReadonlyMap<string, string>): string {
  const title = name === 'etag' ? 'ETag' : name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  if (!fields.has(name)) return `no ${title}`;
  return name === 'etag' || name === 'last-modified' ? title : `${title}: ${fields.get(name)}`;
}
