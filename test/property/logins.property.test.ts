/** Whatever a request says and brings, loginAttempt() neither throws nor believes what was not begun here. */
import fc from 'fast-check';
import { answerOf } from '../../lib/login/attempt-check.js';
import { readAttempts } from '../../lib/login/attempts.js';
import { openCookie, sealCookie } from '../../lib/session/cookie-seal.js';
import { keyring } from '../helpers/tokens.js';
import { fakeRequest } from '../helpers/wire.js';

const ring = keyring();
const json = fc.jsonValue({ maxDepth: 3 });

it('opens of a cookie what was sealed, and nothing else', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(openCookie(ring, 'login', sealCookie(ring, 'login', value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^1\.\d{1,11}\.[\w-]{0,90}$/)), (text) => {
      expect(openCookie(ring, 'login', text)).toBeUndefined();
    }),
  );
});

it('takes no attempt of another shape out of a seal of ours', () => {
  const odd = fc.record({ v: fc.oneof(fc.constant(1), json), a: fc.oneof(json, fc.array(json)) }, { requiredKeys: [] });
  fc.assert(
    fc.property(odd, (value) => {
      expect(readAttempts(ring, sealCookie(ring, 'login', value))).toEqual([]);
    }),
  );
});

it('believes a state only where body and query say one thing', () => {
  const text = fc.constantFrom('a', 'b', '', '__proto__');
  const field = fc.oneof(fc.constant(undefined), text, fc.array(text, { maxLength: 3 }), fc.constant({ a: 'a' }), json);
  fc.assert(
    fc.property(field, fc.array(text, { maxLength: 3 }), (posted, queried) => {
      const query = queried.map((state) => `state=${encodeURIComponent(state)}`).join('&');
      const req = Object.assign(fakeRequest({ url: `/callback?${query}` }), { body: { state: posted } });
      const said = new Set<unknown>([...(posted === undefined || posted === null ? [] : [posted].flat()), ...queried]);
      const answer = answerOf(req);
      const [only] = said;
      if (said.size === 0) expect(answer).toBe('no-state');
      else if (said.size === 1 && typeof only === 'string') expect(answer).toEqual({ state: only, issuer: null });
      else expect(answer).toBe('unknown-state');
    }),
  );
});
