/** Messages on their way through a proxy (RFC 9110 section 7.6): what belongs to a connection stays on it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HeaderLine, linesOf, type Question, valuesOf } from '../../evidence/exchange.js';
import type { Served } from './cache.js';

const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Null if the client went away in the middle. */
export async function questionOf(
  req: IncomingMessage,
): Promise<(Required<Omit<Question, 'body'>> & { body?: Buffer }) | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk);
  } catch {
    return null;
  }
  const { method = 'GET', url: path = '/' } = req;
  const framed = req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined;
  return { method, path, headers: endToEnd(linesOf(req.rawHeaders)), ...(framed && { body: Buffer.concat(chunks) }) };
}

/** As the origin gets it. Its length is counted anew. */
export function passedOn(question: Question): Question {
  const headers = (question.headers ?? []).filter(([name]) => name.toLowerCase() !== 'content-length');
  return { ...question, headers: [...headers, ['X-Forwarded-For', '127.0.0.1'], ['Via', '1.1 swapproof-cache-sim']] };
}

export function answerWith(res: ServerResponse, { answer, outcome, age }: Served, method: string): void {
  const { status, headers, body } = answer;
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const own = endToEnd(headers).filter(([name]) => bodiless || name.toLowerCase() !== 'content-length');
  const lines: HeaderLine[] = [
    ...(age === null ? own : own.filter(([name]) => name.toLowerCase() !== 'age')),
    ...(bodiless ? [] : [['Content-Length', String(body.length)] as const]),
    ...(age === null ? [] : [['Age', String(age)] as const]),
    ['X-Cache', outcome.toUpperCase()],
  ];
  res.sendDate = false;
  res.on('error', () => {});
  res.writeHead(status, lines.flat());
  res.end(bodiless ? undefined : body);
}

function endToEnd(headers: readonly HeaderLine[]): HeaderLine[] {
  const named = valuesOf(headers, 'connection').flatMap((value) => value.toLowerCase().match(/[^\s,]+/g) ?? []);
  const dropped = new Set([...OF_THE_CONNECTION, ...named]);
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}
