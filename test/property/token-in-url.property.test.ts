/** A token is found wherever in a URL it stands and however often it was percent-encoded; nothing else is. */
import fc from 'fast-check';
import { tokenInUrl } from '../../lib/tokens/http/token-in-url.js';
import { TokenForm } from '../../lib/tokens/token-text.js';

const form = new TokenForm('acme_live');
const other = new TokenForm('acme');

/** What a URL is made of, beside escapes: those could complete one of the token's. */
const part = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-.~/?&=;:@!$*+,'), maxLength: 40 });

/** A character as it is, or encoded once, twice or three times. */
function encoded(character: string, times: number): string {
  const hex = character.charCodeAt(0).toString(16);
  return times === 0 ? character : `%${'25'.repeat(times - 1)}${hex}`;
}

it('finds a token in any place and spelling', () => {
  fc.assert(
    fc.property(part, part, fc.array(fc.nat({ max: 3 }), { minLength: 46, maxLength: 46 }), (before, after, times) => {
      const token = form.mint();
      const spelled = [...token].map((character, index) => encoded(character, times[index] ?? 0)).join('');
      return tokenInUrl(`/${before}${spelled}${after}`, form) === form.lookupIdOf(token);
    }),
  );
});

it('finds none that is cut, mistyped or of another prefix', () => {
  fc.assert(
    fc.property(
      part,
      part,
      fc.nat({ max: 35 }),
      fc.constantFrom('cut', 'mistyped', 'other'),
      (before, after, place, how) => {
        const token = (how === 'other' ? other : form).mint();
        const at = token.length - 36 + place;
        const typed = token[at] === '0' ? '1' : '0';
        const rest = how === 'mistyped' ? typed : '';
        const wrong = how === 'other' ? token : `${token.slice(0, at)}${rest}${token.slice(at + 1)}`;
        // What follows may not make it whole again.
        return tokenInUrl(`/${before}-${wrong}-${after}`, form) === null;
      },
    ),
  );
});

it('takes any text, in time', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => tokenInUrl(text, form) === null));
  expect(tokenInUrl(`/${'acme_live_'.repeat(1_600)}`, form)).toBeNull();
  expect(tokenInUrl(`/${'%25'.repeat(5_000)}`, form)).toBeNull();
});
