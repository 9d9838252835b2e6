import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { hkdf } from '../../../lib/session/hkdf.js';

it('is what RFC 5869 says (appendix A.3)', () => {
  const secret = '\x0b'.repeat(22);
  const expected = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8';
  expect(hkdf(secret, '', '', 42).toString('hex')).toBe(expected);
});

it("is what Node's is", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.uint8Array(),
      fc.string(),
      fc.integer({ min: 1, max: 100 }),
      (secret, salt, info, length) => {
        const here = hkdf(secret, Buffer.from(salt), info, length);
        expect(here).toEqual(Buffer.from(hkdfSync('sha256', secret, salt, info, length)));
      },
    ),
  );
});
