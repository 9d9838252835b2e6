import fc from 'fast-check';
import { fromBearer, presentedTokens, toBearer } from '../../lib/session/bearer.js';
import { open, seal } from '../../lib/session/seal.js';
import { keyring, token } from '../helpers/tokens.js';

const RING = keyring();
const header = (name: string, value: string) => ({
  all: [{ kind: 'header', name, value } as const],
  contradicted: [],
  repeated: [],
  lookalikes: [],
});

it('a token has one spelling, and every other text names nobody', async () => {
  const sealed = await seal(RING, token(), 'token');
  const spelled = toBearer(sealed);
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: spelled.length }),
      fc.nat({ max: 3 }),
      fc.string({ maxLength: 3 }),
      async (at, cut, put) => {
        const changed = spelled.slice(0, at) + put + spelled.slice(at + cut);
        fc.pre(changed !== spelled);
        const back = fromBearer(changed);
        expect(back === null ? null : await open(RING, back, 'token')).toBeNull();
      },
    ),
    { numRuns: 200 },
  );
});

it('whatever stands in a credential header is read without a throw, and only bearers are looked at', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `Bearer ${text}`),
    fc.string().map((text) => `Fe26.2${text}`),
  );
  fc.assert(
    fc.property(fc.constantFrom('authorization', 'x-session-token', 'x-other'), value, (name, text) => {
      const found = presentedTokens(header(name, text));
      expect(found.every((each) => each.startsWith('Fe26.2') && text.endsWith(each))).toBe(true);
    }),
  );
});
