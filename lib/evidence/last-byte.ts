/**
 * Requests that arrive together. Each connection is opened and all of each request but its last byte is sent; the last
 * bytes leave in one go, so that neither connecting nor parsing spreads the requests out (the "last-byte synchronisation" of
 * race-condition testers).
 */
import { connect as overTcp, type Socket } from 'node:net';
import { connect as overTls } from 'node:tls';
import type { Client } from './client.js';
import type { Exchange, Question } from './exchange.js';
import { serverName } from './wire.js';

/** Holds the last byte of one request. */
export class LastByte {
  /** Everything else has left, or never will. */
  readonly arrived: Promise<void>;
  arrive: () => void = () => {};
  #leave: (() => void) | null = null;
  #released = false;

  constructor() {
    this.arrived = new Promise((resolve) => {
      this.arrive = resolve;
    });
  }

  release(): void {
    this.#released = true;
    this.#leave?.();
  }

  /** @param leave sends what is held */
  onRelease(leave: () => void): void {
    this.#leave = leave;
    if (this.#released) leave();
  }
}

/** A connection of its own whose writes lag one byte behind until released. */
export function heldConnection(
  origin: string,
  lastByte: LastByte,
  { insecureTls = false, address }: { readonly insecureTls?: boolean; readonly address?: string } = {},
): Socket {
  const { protocol, hostname, port } = new URL(origin);
  const name = hostname.replace(/^\[|\]$/g, '');
  const host = address ?? name;
  const secure = protocol === 'https:';
  const number = Number(port || (secure ? 443 : 80));
  const socket = secure
    ? overTls({ host, port: number, ...serverName(name), rejectUnauthorized: !insecureTls })
    : overTcp(number, host);
  socket.setNoDelay(true);
  return lagging(socket, lastByte);
}

function lagging(socket: Socket, lastByte: LastByte): Socket {
  const write = socket.write.bind(socket) as (bytes: Buffer, done?: () => void) => boolean;
  let held = Buffer.alloc(0);
  let open = false;
  lastByte.onRelease(() => {
    open = true;
    if (held.length > 0 && !socket.destroyed) write(held);
    held = Buffer.alloc(0);
  });
  socket.write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    const done = [encoding, callback].find((argument) => typeof argument === 'function') as (() => void) | undefined;
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, encoding as BufferEncoding | undefined) : Buffer.from(chunk);
    const all = Buffer.concat([held, bytes]);
    const cut = open ? all.length : Math.max(0, all.length - 1);
    held = all.subarray(cut);
    return write(all.subarray(0, cut), done);
  }) as Socket['write'];
  return socket;
}

/** Asks everything at once. The exchanges stand in the order of the questions. */
export async function burst(
  asks: readonly { readonly client: Client; readonly question: Question; readonly asker?: string | null }[],
): Promise<Exchange[]> {
  const lastBytes = asks.map(() => new LastByte());
  const answers = asks.map(({ client, question, asker = null }, index) =>
    client.ask(question, { asker, lastByte: lastBytes[index] as LastByte }),
  );
  await Promise.all(lastBytes.map(({ arrived }) => arrived));
  for (const lastByte of lastBytes) lastByte.release();
  return Promise.all(answers);
}
