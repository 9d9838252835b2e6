/** An exchange as it may be shown: credentials only as hashes, bodies only as far as they prove something. */
import { createHash } from 'node:crypto';
import type { Exchange, HeaderLine } from './exchange.js';

export interface ShownExchange {
  /** The person's label; null is nobody. */
  readonly asker: string | null;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: readonly HeaderLine[];
  /** Null without an answer. */
  readonly status: number | null;
  readonly responseHeaders: readonly HeaderLine[];
  readonly failure: string | null;
  /** The request as a command to type; hashes stand where the credentials go. */
  readonly curl: string;
  /** Milliseconds since the run began. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly connection: number;
}

const HASH_DIGITS = 12;
const CREDENTIAL_HEADER = /^(?:proxy-)?authorization$|token|api-?key|secret|csrf|xsrf|^x-auth|assertion|^x-session/i;
const SECRET_FIELD =
  /pass|pwd|secret|token|code|otp|pin|key|credential|csrf|sess|jwt|auth|ticket|signature|^(?:sig|sid)$/i;
const URL_HEADER = /^(?:location|referer|content-location|refresh|link)$/;
/** Long, and of letters and digits: a session id, a token, a signature. */
const SECRET_LOOKING = /[A-Za-z0-9_+/=.~-]{20,}/g;

/** `sha256:` and 12 digits: enough to see that two are the same, too little to be used. */
export function hashOf(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('hex').slice(0, HASH_DIGITS)}`;
}

/**
 * @param epoch the monotonic time at which the run began
 * @param secretHeaders names, in lower case, of further request headers whose values are credentials
 */
export function shown(exchange: Exchange, epoch: number, secretHeaders: readonly string[] = []): ShownExchange {
  const { asker, origin, question, answer, failure, connection } = exchange;
  const requestHeaders = question.headers.map(([name, value]) =>
    secretHeaders.includes(name.toLowerCase()) ? hashedHeader(name, value) : redacted([name, value]),
  );
  return {
    asker,
    method: question.method,
    url: withoutSecrets(`${origin}${question.path}`),
    requestHeaders,
    status: answer?.status ?? null,
    responseHeaders: (answer?.headers ?? []).map(redacted),
    failure,
    curl: curlOf(exchange, requestHeaders),
    startedAt: Math.round(exchange.startedAt - epoch),
    endedAt: Math.round(exchange.endedAt - epoch),
    connection,
  };
}

/** The header with its credentials hashed: values of cookies, never their names and attributes. */
export function redacted([name, value]: HeaderLine): HeaderLine {
  const field = name.toLowerCase();
  if (field === 'cookie') return [name, value.split('; ').map(hashedPair).join('; ')];
  if (field === 'set-cookie') {
    const [pair = '', ...attributes] = value.split(';');
    return [name, [hashedPair(pair), ...attributes].join(';')];
  }
  if (URL_HEADER.test(field)) return [name, withoutSecrets(value)];
  if (!CREDENTIAL_HEADER.test(field)) return [name, value];
  return hashedHeader(name, value);
}

/** A scheme stays: `Bearer sha256:...`. */
function hashedHeader(name: string, value: string): HeaderLine {
  const [, scheme = '', secret = value] = /^([A-Za-z]+ )(.+)$/.exec(value) ?? [];
  return [name, `${scheme}${hashOf(secret)}`];
}

/** Text around something that leaked. Whatever else in it looks like a secret is hashed. */
export function excerpt(text: string, offset: number, length: number, around = 40): string {
  const printable = (part: string) => part.replace(/[^\x20-\x7e]+/g, ' ').replace(SECRET_LOOKING, hashOf);
  const before = printable(text.slice(Math.max(0, offset - around), offset));
  const after = printable(text.slice(offset + length, offset + length + around));
  return `${before}${text.slice(offset, offset + length).replace(/[^\x20-\x7e]+/g, ' ')}${after}`;
}

function curlOf({ origin, question }: Exchange, headers: readonly HeaderLine[]): string {
  const { method, path, body } = question;
  const parts = [
    method === 'HEAD' ? 'curl --head' : 'curl --include',
    ...(method === 'GET' || method === 'HEAD' ? [] : [`--request ${method}`]),
    ...headers.map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(shownBody(body.toString()))}`]),
    '--path-as-is',
    quoted(withoutSecrets(`${origin}${path}`)),
  ];
  return parts.join(' ');
}

/** A form's or a JSON object's fields that sound secret are hashed; another body is told by its length. */
export function shownBody(body: string): string {
  const json = objectOf(body);
  if (json !== null) {
    const fields = Object.entries(json).map(([name, value]) => [name, hashedIf(name, value)]);
    return JSON.stringify(Object.fromEntries(fields));
  }
  if (!/^[^=&\s]+=/.test(body)) return `(${body.length} bytes)`;
  const fields = [...new URLSearchParams(body)].map(
    ([name, value]): HeaderLine => [name, String(hashedIf(name, value))],
  );
  return new URLSearchParams(fields.map(([...pair]) => pair)).toString();
}

function hashedIf(name: string, value: unknown): unknown {
  if (typeof value === 'string') return SECRET_FIELD.test(name) ? hashOf(value) : value.replace(SECRET_LOOKING, hashOf);
  return typeof value === 'object' && value !== null ? hashOf(JSON.stringify(value)) : value;
}

function objectOf(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The URL with the parameters hashed that sound or look secret: in its query, its fragment and its path (`;jsessionid=`). */
export function withoutSecrets(url: string): string {
  return url.replace(/([?&#;])(?!\s*url=)([^?&#;=]*)=([^&#;]+)/g, (pair, sign: string, name: string, value: string) =>
    SECRET_FIELD.test(name) || isSecretLooking(value) ? `${sign}${name}=${hashOf(value)}` : pair,
  );
}

/** Not so `/a/long/path` or `2026-11-25T10:00:00`. */
function isSecretLooking(value: string): boolean {
  return /^[\w.~+%-]{20,}=*$/.test(value) && /\d/.test(value) && /[a-z]/i.test(value);
}

function hashedPair(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 || equals === pair.length - 1 ? pair : `${pair.slice(0, equals)}=${hashOf(pair.slice(equals + 1))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[^\x20-\x7e]/g, '?').replaceAll("'", "'\\''")}'`;
}
