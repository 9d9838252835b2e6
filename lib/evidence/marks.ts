/**
 * Whose bytes are these? A mark is a string that only one person's responses may hold: a canary planted in an account, a
 * name, an id. A mark of somebody else anywhere in a response is a swap, however it is spelled there.
 */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Answer, type Exchange, LARGEST_BODY, valuesOf } from './exchange.js';

export interface Marked {
  readonly label: string;
  readonly marks: readonly string[];
}

/** A mark of somebody else, seen in the answer to `exchange.asker`. */
export interface Sighting {
  readonly owner: string;
  readonly mark: string;
  readonly where: 'header' | 'body';
  /** Of a header: its name. */
  readonly header: string | null;
  /** Of the first byte of the mark, in the body as decoded or in the header's value. */
  readonly offset: number;
}

/** Bytes. Shorter ones would be found in base64 by accident. */
const SHORTEST_IN_BASE64 = 8;

interface Spellings {
  readonly bytes: string;
  readonly others: readonly string[];
}

const SPELLINGS = new Map<string, Spellings>();
const MOST_SPELLINGS = 2_000;

/**
 * What of other people's the answer holds. What the asker put into the question is no leak, wherever it comes back.
 * @param people everybody whose marks are looked for, the asker among them
 */
export function sightingsOf(exchange: Exchange, people: readonly Marked[]): Sighting[] {
  const { answer, asker, question } = exchange;
  if (answer === null) return [];
  const own = new Set(people.find(({ label }) => label === asker)?.marks);
  const said = `${decoded(question.path)}\n${question.body ?? ''}`;
  const foreign = people.flatMap(({ label, marks }) =>
    label === asker
      ? []
      : marks.filter((mark) => !own.has(mark) && !said.includes(mark)).map((mark) => ({ label, mark })),
  );
  const text = textOf(answer);
  return foreign.flatMap(({ label, mark }) => seen(answer, text, label, mark));
}

/** The mark's places: each header that holds it, and the first in the body. */
function seen({ headers }: Answer, text: string, owner: string, mark: string): Sighting[] {
  const inHeaders = headers.flatMap(([header, value]): Sighting[] => {
    const offset = offsetOf(value, mark);
    return offset < 0 ? [] : [{ owner, mark, where: 'header', header, offset }];
  });
  const offset = offsetOf(text, mark);
  return offset < 0 ? inHeaders : [...inHeaders, { owner, mark, where: 'body', header: null, offset }];
}

/** The body as the browser reads it, one character a byte. Bodies that can't be unpacked are taken as they are. */
export function textOf({ headers, body }: Answer): string {
  const encoding = valuesOf(headers, 'content-encoding').join(',').trim().toLowerCase();
  const limits = { maxOutputLength: LARGEST_BODY };
  try {
    if (encoding === 'gzip') return gunzipSync(body, limits).toString('latin1');
    if (encoding === 'br') return brotliDecompressSync(body, limits).toString('latin1');
    if (encoding === 'deflate') return inflateSync(body, limits).toString('latin1');
  } catch {
    // Cut off, or not what its header says: the bytes themselves are all there is to look at.
  }
  return body.toString('latin1');
}

/** Where `mark` begins in `text`, as a word of its own, or spelled in base64 or percent signs; -1 if nowhere. */
export function offsetOf(text: string, mark: string): number {
  const { bytes, others } = spellingsOf(mark);
  for (let at = text.indexOf(bytes); at >= 0; at = text.indexOf(bytes, at + 1)) {
    if (!isInsideWord(text, at, bytes.length)) return at;
  }
  for (const other of others) {
    const at = text.indexOf(other);
    if (at >= 0) return at;
  }
  return -1;
}

/** Kept, since each answer is searched for the marks of everybody. */
function spellingsOf(mark: string): Spellings {
  const known = SPELLINGS.get(mark);
  if (known !== undefined) return known;
  if (SPELLINGS.size >= MOST_SPELLINGS) SPELLINGS.clear();
  const bytes = latin1(mark);
  const escaped = [encodeURIComponent(mark), latin1(JSON.stringify(mark).slice(1, -1))];
  const spellings = { bytes, others: [...escaped.filter((other) => other !== bytes), ...inBase64(mark)] };
  SPELLINGS.set(mark, spellings);
  return spellings;
}

/** UTF-8, one character a byte. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function isInsideWord(text: string, at: number, length: number): boolean {
  const letter = /[A-Za-z0-9]/;
  const joins = (left: number) => letter.test(text[left] ?? '') && letter.test(text[left + 1] ?? '');
  return joins(at - 1) || joins(at + length - 1);
}

/** What base64 makes of it at each of three alignments, without the characters that depend on neighbours. */
function inBase64(mark: string): string[] {
  const bytes = Buffer.from(mark);
  if (bytes.length < SHORTEST_IN_BASE64) return [];
  return (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString(encoding)
        .replace(/=+$/, '');
      const isWhole = ((bytes.length + shift) * 8) % 6 === 0;
      return text.slice(Math.ceil((shift * 8) / 6), isWhole ? text.length : -1);
    }),
  );
}

function decoded(path: string): string {
  try {
    return `${path}\n${decodeURIComponent(path)}`;
  } catch {
    return path;
  }
}
