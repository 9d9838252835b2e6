import { createHash } from 'node:crypto';
import { hashOf, randomId } from '../../../lib/session/ids.js';

it('randomId() is 128 bits in 22 characters, and never the same', () => {
  const ids = Array.from({ length: 1_000 }, randomId);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(Buffer.from(id, 'base64url').length).toBe(16);
});

it('hashOf() is SHA-256 in base64url, from which the id does not come back', () => {
  expect(hashOf('abc')).toBe(createHash('sha256').update('abc').digest('base64url'));
  expect(hashOf('abc')).toHaveLength(43);
});
