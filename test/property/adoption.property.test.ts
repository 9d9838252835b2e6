import fc from 'fast-check';
import { cookieOf, idleOf, touched } from '../../lib/adapters/express-session-store.js';
import { unsign } from '../../lib/adapters/signed-cookie.js';
import { expiredLine } from '../../lib/session/cookies.js';

it('no cookie opens that was not signed, and reading one never throws', () => {
  const start = fc.constantFrom('', 's:', 's%3A', 's:a.', 's%3Aa.');
  fc.assert(
    fc.property(start, fc.string({ unit: 'binary', maxLength: 200 }), (prefix, text) => {
      expect(unsign(prefix + text, ['one secret', 'another'])).toBeNull();
    }),
  );
});

it('whatever a store answers, the line that takes the cookie away says nothing else', () => {
  const field = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.constant('/; Domain=evil.example\r\nX: y'));
  const cookie = fc.record({ path: field, domain: field, originalMaxAge: field });
  fc.assert(
    fc.property(fc.oneof(fc.record({ cookie }), fc.record({ cookie: field })), (session) => {
      const line = expiredLine({ name: 'sid', secure: true, ...cookieOf(session) });
      const allowed =
        /^sid=; Max-Age=0; (?:Domain=[\w.-]+; )?Path=\/[!-:<-~]*; Expires=[\w ,:]+; HttpOnly; Secure; SameSite=Lax$/;
      expect(line).toMatch(allowed);
      idleOf(session);
      touched(session);
    }),
    { examples: [[{ cookie: { path: '/', domain: '_', originalMaxAge: 1 } }]] },
  );
});
