/** What other sites post into the page of viaPost() is text there, whatever it is, and posts on as it came. */
import fc from 'fast-check';
import { RELAYED, type Relayed, sendPage } from '../../lib/login/via-post-page.js';
import { fakeResponse } from '../helpers/wire.js';

const HOSTILE = [
  '<',
  '>',
  '"',
  "'",
  '&',
  '/',
  '=',
  '`',
  '</script>',
  '<!--',
  '-->',
  ']]>',
  '&quot;',
  '&#34;',
  '\r\n',
  '\0',
];

const value = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

const relayed: fc.Arbitrary<Relayed> = fc
  .dictionary(fc.constantFrom(...RELAYED), value)
  .map((fields) => Object.entries(fields));

function page(fields: Relayed): string {
  const { res, raw } = fakeResponse();
  sendPage(res, { auto: true, relayed: fields, head: false });
  return raw();
}

const INPUT = /<input type="hidden" name="(\w+)" value="([^"<>]*)">/g;
const unescaped = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const asBytes = (text: string) => Buffer.from(text).toString('latin1');

it('has the fields as inputs, and apart from them is the same page', () => {
  const withoutInputs = (text: string) => text.replace(INPUT, '').replace(/^Content-Length: \d+\r\n/m, '');
  const bare = withoutInputs(page([]));
  fc.assert(
    fc.property(relayed, (fields) => {
      const shown = page(fields);
      const inputs = [...shown.matchAll(INPUT)].map(([, name, text = '']) => [name, unescaped(text)]);
      expect(inputs).toEqual(fields.map(([name, text]) => [name, asBytes(text)]));
      expect(withoutInputs(shown)).toBe(bare);
    }),
  );
});
