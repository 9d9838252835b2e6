/**
 * HKDF-SHA256 (RFC 5869) out of HMACs. Node's own `hkdfSync` leaves a job object until it is collected, and jest's
 * `--detectOpenHandles` reports each one as a handle that the app's tests left open.
 */
import { createHmac } from 'node:crypto';

const HASH_LENGTH = 32;

/** @param length bytes, 255 * 32 at most */
export function hkdf(secret: string, salt: string | Buffer, info: string, length: number): Buffer {
  const key = createHmac('sha256', salt).update(secret).digest();
  const blocks: Buffer[] = [];
  for (let count = 1; blocks.length * HASH_LENGTH < length; count++) {
    const input = [blocks.at(-1) ?? Buffer.alloc(0), Buffer.from(info), Buffer.of(count)];
    blocks.push(createHmac('sha256', key).update(Buffer.concat(input)).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
