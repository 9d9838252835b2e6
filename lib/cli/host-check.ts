/**
 * Whom hammer and doctor may ask: this machine, and hosts that the user says are his own. A burst of requests to a stranger
 * is an attack, whatever it was meant for.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { CannotRun } from './cannot-run.js';

export interface Target {
  readonly url: URL;
  /** Every address of its name. All are loopback, unless the user owns the host. */
  readonly addresses: readonly string[];
}

export type Resolve = (host: string) => Promise<readonly string[]>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * @param text what was typed: `http://127.0.0.1:3000/account`
 * @throws CannotRun
 */
export async function checkedTarget(text: string, ownsHost: boolean, resolve: Resolve = addressesOf): Promise<Target> {
  const url = httpUrl(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new CannotRun(`${host} has no address. Is the name spelled right?`);
  const stranger = addresses.find((address) => !isLoopback(address));
  if (stranger !== undefined && !ownsHost) {
    const where = stranger === host ? host : `${host} (${stranger})`;
    throw new CannotRun(
      `${where} is not this machine. Add --i-own-this-host if you may test it; ask its owner if not.`,
    );
  }
  return { url, addresses };
}

/** @throws CannotRun */
export function httpUrl(text: string): URL {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new CannotRun(`${text} is no URL. Give one with http:// or https://, as http://127.0.0.1:3000/account`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new CannotRun('Leave user and password out of the URL.');
  return url;
}

/** IPv4 addresses are also written as IPv6 ones (`::ffff:127.0.0.1`). */
function isLoopback(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return LOOPBACK.check(mapped, isIP(mapped) === 6 ? 'ipv6' : 'ipv4');
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}
