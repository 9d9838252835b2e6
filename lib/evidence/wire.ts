/**
 * A bare connection: bytes out, bytes in. For what no client library does: two requests in one packet, half a request, bytes
 * after the end of a response.
 */
import { isIP, connect as overTcp, type Socket } from 'node:net';
import { connect as overTls } from 'node:tls';
import type { Answer, HeaderLine, Question } from './exchange.js';
import { splitAnswers } from './split-answers.js';

/** What came on one connection. */
export interface Received {
  /** In order; as many as came whole. */
  readonly answers: readonly Answer[];
  /** Bytes that belong to no whole response. */
  readonly rest: Buffer;
  /** The other side ended the connection. */
  readonly ended: boolean;
}

const DEADLINE = 5_000;

/** The request as bytes; `Host` and `Content-Length` are added where they are missing. */
export function bytesOf(question: Question, host: string): Buffer {
  const { method = 'GET', path, headers = [], body = '' } = question;
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
  const lines: HeaderLine[] = [
    ...(has('host') ? [] : [['Host', host] as const]),
    ...headers,
    ...(body.length > 0 && !has('content-length') && !has('transfer-encoding')
      ? [['Content-Length', String(Buffer.byteLength(body))] as const]
      : []),
  ];
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

/**
 * Asks all of it in one packet on one connection (pipelining, RFC 9112 section 9.3.2) and reads until as many responses are
 * there, the connection ends, or the deadline has passed.
 */
export async function pipeline(
  origin: string,
  questions: readonly Question[],
  { deadline = DEADLINE, insecureTls = false } = {},
): Promise<Received> {
  const { host } = new URL(origin);
  const bytes = Buffer.concat(questions.map((question) => bytesOf(question, host)));
  return converse(origin, bytes, { methods: questions.map(({ method = 'GET' }) => method), deadline, insecureTls });
}

interface Conversation {
  /** Of each request in the bytes: a response to HEAD has no body. */
  readonly methods: readonly string[];
  readonly deadline?: number;
  readonly insecureTls?: boolean;
}

/** Sends these very bytes. Rejects only if the connection can't be made. */
export function converse(origin: string, bytes: Buffer, conversation: Conversation): Promise<Received> {
  const { methods, deadline = DEADLINE, insecureTls = false } = conversation;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = open(origin, insecureTls);
    const read = (ended: boolean) => ({ ...splitAnswers(Buffer.concat(chunks), methods, ended), ended });
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(read(ended));
    };
    const timer = setTimeout(() => finish(false), deadline);
    socket.once('error', (error) => {
      clearTimeout(timer);
      if (chunks.length === 0) reject(error);
      else finish(true);
    });
    socket.once('end', () => finish(true));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (read(false).answers.length >= methods.length) finish(false);
    });
    socket.write(bytes);
  });
}

/** For SNI, which has no addresses (RFC 6066 section 3): without it Node compares the certificate with `host`. */
export function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function open(origin: string, insecureTls: boolean): Socket {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:') return overTcp(Number(port || 80), host);
  return overTls({ host, port: Number(port || 443), ...serverName(host), rejectUnauthorized: !insecureTls });
}
