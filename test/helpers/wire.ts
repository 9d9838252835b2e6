import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';

/** A request as Node would have parsed it, without a connection. */
export function fakeRequest({
  method = 'GET',
  url = '/',
  headers = [],
}: {
  method?: string;
  url?: string;
  headers?: readonly [string, string][];
} = {}): IncomingMessage {
  const req = new IncomingMessage(new Socket());
  req.method = method;
  req.url = url;
  req.httpVersionMajor = 1;
  req.httpVersionMinor = 1;
  req.httpVersion = '1.1';
  // Node's own way in: it fills rawHeaders and, on demand, headers and headersDistinct.
  const internals = req as unknown as { _addHeaderLines(lines: string[], count: number): void };
  internals._addHeaderLines(headers.flat(), headers.length * 2);
  return req;
}

export interface Wire {
  readonly res: ServerResponse;
  /** All bytes so far. */
  raw(): string;
  /** Header lines of the last head as name (lower case) and value, in order. */
  lines(): [string, string][];
  /** Values of one header. */
  all(name: string): string[];
}

/** A response of Node's whose bytes are kept; synchronous, no port. */
export function fakeResponse(req: IncomingMessage = fakeRequest()): Wire {
  let bytes = '';
  const socket = new Writable({
    write(chunk, _encoding, done) {
      bytes += Buffer.from(chunk).toString('latin1');
      done();
    },
  });
  const res = new ServerResponse(req);
  res.sendDate = false;
  res.assignSocket(socket as unknown as Socket);
  const lines = () => headerLinesOf(bytes);
  return {
    res,
    raw: () => bytes,
    lines,
    all: (name) =>
      lines()
        .filter(([field]) => field === name)
        .map(([, value]) => value),
  };
}

/** Header lines of the last head in these bytes; informational ones are skipped. */
export function headerLinesOf(bytes: string): [string, string][] {
  const final = bytes.search(/HTTP\/1\.1 [2-9]\d\d /);
  const [head = ''] = bytes.slice(Math.max(0, final)).split('\r\n\r\n', 1);
  return head
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
}
