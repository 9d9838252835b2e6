/** Bytes of a connection, split into responses by RFC 9112 section 6. What belongs to no whole response is left over. */
import type { Answer, HeaderLine } from './exchange.js';

/** Interim responses (1xx) are left out. `ended`: a body without a length ends with the connection. */
export function splitAnswers(
  bytes: Buffer,
  methods: readonly string[],
  ended: boolean,
): { answers: Answer[]; rest: Buffer } {
  const answers: Answer[] = [];
  let rest = bytes;
  for (;;) {
    const head = headOf(rest);
    if (head === null) return { answers, rest };
    const body = head.status < 200 ? none(head.after) : bodyOf(head, methods[answers.length] ?? 'GET', ended);
    if (body === null) return { answers, rest };
    if (head.status >= 200) answers.push({ status: head.status, headers: head.headers, body: body.bytes });
    rest = body.rest;
  }
}

interface Head {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly after: Buffer;
}

function headOf(bytes: Buffer): Head | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) return null;
  const headers = lines.map((line): HeaderLine => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status: Number(status), headers, after: bytes.subarray(end + 4) };
}

interface Body {
  readonly bytes: Buffer;
  readonly rest: Buffer;
}

const none = (rest: Buffer): Body => ({ bytes: Buffer.alloc(0), rest });

function bodyOf({ status, headers, after }: Head, method: string, ended: boolean): Body | null {
  if (method === 'HEAD' || status === 204 || status === 304) return none(after);
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (/\bchunked\b/i.test(value('transfer-encoding') ?? '')) return chunkedBody(after);
  const length = value('content-length');
  if (length === undefined) return ended ? { bytes: after, rest: Buffer.alloc(0) } : null;
  const size = Number(length);
  return after.length < size ? null : { bytes: after.subarray(0, size), rest: after.subarray(size) };
}

function chunkedBody(bytes: Buffer): Body | null {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return null;
    if (size === 0) {
      const end = bytes.indexOf('\r\n\r\n', lineEnd);
      return end < 0 ? null : { bytes: Buffer.concat(chunks), rest: bytes.subarray(end + 4) };
    }
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return null;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
