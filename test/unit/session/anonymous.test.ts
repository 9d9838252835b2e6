import fc from 'fast-check';
import { fromAnonymousForm, newAnonymous, toAnonymousForm } from '../../../lib/session/anonymous.js';
import { open, seal, sealAnonymous } from '../../../lib/session/seal.js';
import { fromSealedForm, toSealedForm } from '../../../lib/session/sealed-form.js';
import { isSessionId } from '../../../lib/session/token.js';
import { keyring, token } from '../../helpers/tokens.js';

const born = { genesis: 'genesis-1', position: 7 };
const anonymous = newAnonymous(born, 'default');

it('is sealed and opened as it was, and as no session', async () => {
  expect(await open(keyring(), await sealAnonymous(keyring(), anonymous))).toEqual({
    token: null,
    anonymous,
    byOldKey: false,
  });
  expect((await open(keyring(), await seal(keyring(), token())))?.anonymous).toBeNull();
});

it('has 128 bits of its own', () => {
  expect(isSessionId(anonymous.root)).toBe(true);
  expect(newAnonymous(born, 'default').root).not.toBe(anonymous.root);
});

it("can't be read as a session, nor a session as this", () => {
  expect(fromSealedForm(toAnonymousForm(anonymous))).toBeNull();
  expect(fromAnonymousForm(toSealedForm(token()))).toBeNull();
});

it.each([
  ['no version', { v: undefined }],
  ['another version', { v: 2 }],
  ['an id after a regenerate', { n: `${anonymous.root}.${anonymous.root}` }],
  ['a short root', { n: 'short' }],
  ['no genesis', { g: '' }],
  ['no audience', { u: undefined }],
  ['a birth that is no position', { b: 1.5 }],
])('with %s it is none', (_what, changes) => {
  expect(fromAnonymousForm({ ...toAnonymousForm(anonymous), ...changes })).toBeNull();
});

it('is read from nothing else', () => {
  fc.assert(fc.property(fc.anything(), (value) => fromAnonymousForm(value) === null));
});
