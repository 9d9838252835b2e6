import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { headerLinesOf } from './wire.js';

export interface Exchange {
  readonly raw: string;
  readonly status: number;
  readonly body: string;
  /** Values of one header of the final head, line by line. */
  all(name: string): string[];
}

/** Sends these bytes to a server of its own and reads until the connection ends. */
export async function rawExchange(listener: RequestListener, bytes: string): Promise<Exchange> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const raw = await talk((server.address() as AddressInfo).port, bytes);
    return {
      raw,
      status: Number(/HTTP\/1\.1 ([2-9]\d\d) /.exec(raw)?.[1]),
      body: raw.slice(raw.lastIndexOf('\r\n\r\n', raw.length - 5) + 4),
      all: (name) => headerLinesOf(raw).flatMap(([field, value]) => (field === name ? [value] : [])),
    };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A request that asks for the connection to end, so that the answer has an end. */
export function requestBytes(method: string, target: string, headers: readonly string[] = []): string {
  return [`${method} ${target} HTTP/1.1`, 'Host: app.test', 'Connection: close', ...headers, '', ''].join('\r\n');
}

function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let raw = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      raw += chunk;
    });
    socket.setTimeout(2_000, () => socket.destroy(new Error(`The connection did not end. So far: ${raw}`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(raw));
  });
}
