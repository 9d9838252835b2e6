/**
 * Answers a request for the probe as an Express app would answer with a private page: `ETag`, `Content-Type` by `Accept`,
 * 304, parts of it. What makes it private is left to the guard, through which its head goes as every other. No session is
 * read and none is needed; the cost is two hashes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { wireMethod } from '../request/methods.js';
import { targetOf } from '../request/route-match.js';
import {
  type CredentialNames,
  credentialHash,
  isNonceFor,
  madeUpIn,
  newNonce,
  noncesInTags,
  probeJson,
  strongTag,
  weakTag,
} from './probe-page.js';

const METHODS = ['GET', 'HEAD', 'POST'];
/** Milliseconds that `?wait=` can make an answer wait, so that two requests meet in a cache that lets one wait for the other. */
const LONGEST_WAIT = 1_000;
/** Beyond so many, requests are answered at once: each that waits holds a connection. */
const MOST_WAITING = 32;
let waiting = 0;

/** @param names where the app looks for sessions */
export function answerProbe(req: IncomingMessage, res: ServerResponse, names: CredentialNames): void {
  const method = wireMethod(req);
  const wait = waiting < MOST_WAITING ? waitOf(req) : 0;
  if (!METHODS.includes(method)) refuse(res);
  else if (wait === 0) write({ req, res, method, names });
  else answerLater(res, wait, () => write({ req, res, method, names }));
}

function answerLater(res: ServerResponse, wait: number, answer: () => void): void {
  waiting++;
  // What is mounted before may have answered in place of a slow route.
  const timer = setTimeout(() => !res.headersSent && answer(), wait);
  res.once('close', () => {
    waiting--;
    clearTimeout(timer);
  });
}

function waitOf(req: IncomingMessage): number {
  const [, wait = '0'] = /[?&]wait=(\d{1,6})(?:&|$)/.exec(targetOf(req)) ?? [];
  return Math.min(Number(wait), LONGEST_WAIT);
}

interface Asked {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  readonly names: CredentialNames;
}

function write({ req, res, method, names }: Asked): void {
  const credentials = madeUpIn(req.rawHeaders);
  const html = req.headers.accept?.includes('text/html') === true;
  const nonce = newNonce(credentials);
  const json = probeJson({ nonce, credentials: credentials.map(credentialHash), method, names });
  const body = Buffer.from(html ? pageAround(json) : json);
  const known = method === 'POST' ? null : knownNonce(req, credentials);
  const part = method === 'POST' ? null : partOf(req, body.length);
  res.setHeader('ETag', part ? strongTag(body.length) : weakTag(body.length, known ?? nonce));
  if (known !== null && part === null) {
    res.statusCode = 304;
    res.end();
    return;
  }
  res.setHeader('Content-Type', `${html ? 'text/html' : 'application/json'}; charset=utf-8`);
  if (part) {
    res.statusCode = 206;
    res.setHeader('Content-Range', `bytes ${part.start}-${part.end}/${body.length}`);
  }
  const sent = part ? body.subarray(part.start, part.end + 1) : body;
  res.setHeader('Content-Length', sent.length);
  res.end(method === 'HEAD' ? undefined : sent);
}

function pageAround(json: string): string {
  return `<!doctype html>\n<meta charset="utf-8">\n<title>swapproof probe</title>\n<pre>${json}</pre>\n`;
}

/** The nonce of the page that this client has already. As Express, none where it asks for a new one. */
function knownNonce({ headers }: IncomingMessage, credentials: readonly string[]): string | null {
  const { 'if-none-match': tags = '', 'cache-control': control = '' } = headers;
  if (/\bno-cache\b/i.test(control)) return null;
  return noncesInTags(tags).find((nonce) => isNonceFor(nonce, credentials)) ?? null;
}

interface Part {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** One range of bytes, as RFC 9110 section 14.1.2 lets a server ignore all others. */
function partOf({ headers }: IncomingMessage, length: number): Part | null {
  const [, from, to] = /^bytes=(\d{0,9})-(\d{0,9})$/.exec(headers.range ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && Number(to) === 0)) return null;
  const start = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  return start <= end ? { start, end } : null;
}

function refuse(res: ServerResponse): void {
  res.statusCode = 405;
  res.setHeader('Allow', METHODS.join(', '));
  res.end();
}
