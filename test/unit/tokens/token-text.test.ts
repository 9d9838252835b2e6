import fc from 'fast-check';
import { hashOfToken, isPrefix, suffixOf, TokenForm } from '../../../lib/tokens/token-text.js';

const form = new TokenForm('acme_live');

it('spells a token as prefix, 30 random characters of base62, 6 of checksum', () => {
  const token = form.mint();
  expect(token).toMatch(/^acme_live_[0-9A-Za-z]{36}$/);
  expect(form.isWellFormed(token)).toBe(true);
  expect(form.lookupIdOf(token)).toBe(token.slice(10, 18));
  expect(suffixOf(token)).toBe(token.slice(-4));
  expect(hashOfToken(token)).toMatch(/^[0-9a-f]{64}$/);
});

it('keeps the id of a token that is rotated, and nothing else', () => {
  const [first, second] = [form.mint('abcDEF12'), form.mint('abcDEF12')];
  expect([first, second].map((token) => form.lookupIdOf(token))).toEqual(['abcDEF12', 'abcDEF12']);
  expect(first.slice(18)).not.toBe(second.slice(18));
});

it('has the checksum of GitHub: CRC-32 of all before it, in six digits of base62', () => {
  expect(new TokenForm('a').isWellFormed(`a_${'0'.repeat(30)}20vu1L`)).toBe(true);
});

it('notices every mistyped, left out, doubled and exchanged character', () => {
  const digit = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
  fc.assert(
    fc.property(fc.nat({ max: 35 }), digit, (place, other) => {
      const token = form.mint();
      const at = 10 + place;
      const [before, here, after] = [token.slice(0, at), token.charAt(at), token.slice(at + 1)];
      const wrong = [before + after, before + here + here + after, `${before}${after}${here}`];
      if (other !== here) wrong.push(before + other + after);
      for (const text of wrong.filter((text) => text !== token)) expect(form.isWellFormed(text)).toBe(false);
    }),
  );
});

it.each(['', 'acme_', 'Acme_live_'])('refuses the prefix %j', (prefix) => {
  const [body = ''] = /.{36}$/.exec(form.mint()) ?? [];
  expect(form.isWellFormed(prefix + body)).toBe(false);
});

it.each(['a', 'acme', 'acme_live', 'x1'])('takes %j as a prefix', (prefix) => expect(isPrefix(prefix)).toBe(true));

it.each(['', '_a', 'a_', 'a__b', '1a', 'a-b', 'a.b', 'a b', 'a'.repeat(33)])('takes no %j as a prefix', (prefix) => {
  expect(isPrefix(prefix)).toBe(false);
});

it('uses all 62 characters, evenly', () => {
  const counts = new Map<string, number>();
  for (let made = 0; made < 2_000; made++) {
    for (const digit of form.mint().slice(10, 40)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  }
  expect(counts.size).toBe(62);
  // 968 of each are expected; eight deviations are no chance.
  for (const count of counts.values()) expect(Math.abs(count - 60_000 / 62)).toBeLessThan(8 * Math.sqrt(60_000 / 62));
});
