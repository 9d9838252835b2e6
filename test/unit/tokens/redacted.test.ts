import { inspect } from 'node:util';
import { assertNothingRedacted, fingerprintOf, Redacted, StoredHash } from '../../../lib/tokens/redacted.js';
import type { NewToken, Rotation, TokenRecord } from '../../../lib/tokens/token-store.js';
import { hashOfToken, type SecretHash } from '../../../lib/tokens/token-text.js';
import { thrownBy } from '../../helpers/thrown.js';

const hash = hashOfToken('acme_x');

describe('a hash as it was read', () => {
  it('knows the secret it is of', () => {
    expect(new StoredHash(hash).matches(hash)).toBe(true);
    expect(new StoredHash(hash).matches(hashOfToken('acme_y'))).toBe(false);
    expect(new StoredHash(hash).fingerprint()).toBe(fingerprintOf(hash));
  });

  it.each(['', ' ', null, undefined, 0, hash.slice(1), `${hash} `, hash.toUpperCase()])(
    'that is %j matches nothing',
    (stored) => {
      expect(new StoredHash(stored).matches(hash)).toBe(false);
    },
  );

  it('shows nothing of it, however it is looked at', () => {
    const stored = new StoredHash(hash);
    const looks = [
      String(stored),
      `${stored}`,
      JSON.stringify([stored]),
      inspect(stored, { showHidden: true, depth: 9 }),
    ];
    for (const look of [...looks, JSON.stringify(Object.entries(stored)), JSON.stringify({ ...stored })]) {
      expect(look).not.toContain(hash);
    }
    expect(looks).toEqual(['[redacted]', '[redacted]', '["[redacted]"]', '[redacted]']);
  });

  it('has a fingerprint that no column of hashes takes', () => {
    expect(new StoredHash(hash).fingerprint()).toHaveLength(43);
    expect(hash).toHaveLength(64);
  });
});

describe('a write', () => {
  it.each([[new Redacted()], [new StoredHash(hash)], ['[redacted]'], [['deploy', '[redacted]']], [[[new Redacted()]]]])(
    'refuses %j',
    (value) => {
      expect(thrownBy(() => assertNothingRedacted(['ci', value]))).toMatchObject({
        code: 'ERR_REDACTED_WRITE',
        status: 500,
      });
    },
  );

  it('takes anything else', () => {
    expect(() => assertNothingRedacted(['ci', 1, null, undefined, ['deploy'], {}, hash])).not.toThrow();
  });
});

it('the compiler refuses to write what was read', () => {
  const program = (read: TokenRecord, fresh: SecretHash, creation: NewToken, rotation: Rotation) => {
    // @ts-expect-error: a hash that was read is none that may be written
    const created: NewToken = { ...creation, hash: read.hash };
    // @ts-expect-error: nor by a rotation
    const rotated: Rotation = { ...rotation, hash: read.hash };
    // @ts-expect-error: nor a whole record
    const whole: NewToken = read;
    // @ts-expect-error: nor any text
    const text: SecretHash = 'text';
    // @ts-expect-error: and what may be written is nothing that was read
    const stored: StoredHash = fresh;
    return [created, rotated, whole, text, stored];
  };
  expect(program).toBeInstanceOf(Function);
});
