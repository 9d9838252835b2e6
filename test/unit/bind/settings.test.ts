import { inspect } from 'node:util';
import { expressSessionId } from '../../../lib/bind/express-session-id.js';
import { bindSettings } from '../../../lib/bind/settings.js';
import { readTag, writeTag } from '../../../lib/bind/tag.js';
import { guard } from '../../../lib/guard.js';
import { thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

const secret = SECRETS[0];

it.each<[unknown, string, RegExp]>([
  [null, 'ERR_INVALID_OPTION', /bind takes an object/],
  [true, 'ERR_INVALID_OPTION', /bind takes an object/],
  [
    { secret, idof: String },
    'ERR_INVALID_OPTION',
    /bind has no option "idof"\. It has: secret, idOf, require, onLoginByGet\./,
  ],
  [{}, 'ERR_SECRET_MISSING', /^bind\.secret is missing/],
  [{ secret: undefined }, 'ERR_SECRET_MISSING', /^bind\.secret is missing/],
  [{ secret: [] }, 'ERR_SECRET_MISSING', /^bind\.secret needs/],
  [{ secret: '' }, 'ERR_SECRET_WEAK', /^bind\.secret\[0\] is shorter/],
  [{ secret: 'keyboard cat' }, 'ERR_SECRET_WEAK', /^bind\.secret\[0\] is shorter/],
  [
    { secret: [secret, 'keyboard cat, keyboard cat, keyboard cat'] },
    'ERR_SECRET_WEAK',
    /^bind\.secret\[1\] looks like/,
  ],
  [{ secret: [secret, secret] }, 'ERR_SECRET_DUPLICATE', /^bind\.secret holds/],
  [{ secret, idOf: 'id' }, 'ERR_INVALID_OPTION', /bind\.idOf takes a function/],
  [{ secret, require: true }, 'ERR_INVALID_OPTION', /bind\.require takes a function/],
  [{ secret, onLoginByGet: 'stop' }, 'ERR_INVALID_OPTION', /bind\.onLoginByGet takes: report, refuse/],
])('%j is refused while the app starts', (bind, code, message) => {
  const error = thrownBy(() => guard({ bind: bind as { secret: string } }));
  expect(error).toMatchObject({ name: 'ConfigurationError', code, message: expect.stringMatching(message) });
  expect(error.message).not.toMatch(/keyboard|x1Jm0kN5/);
});

it.each([['session'], ['session', 'session.sig'], ['own', 'own.sig'], ['appSession'], ['own.sig']])(
  'the cookie of a library without a store is refused without idOf: %s',
  (...cookies) => {
    const error = thrownBy(() => guard({ cookies, bind: { secret } }));
    expect(error).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      message: expect.stringMatching(/idOf: expressSessionId/),
    });
    expect(bindSettings({ secret, idOf: String }, cookies).hasStore).toBe(false);
    expect(bindSettings({ secret, idOf: expressSessionId }, cookies).hasStore).toBe(true);
  },
);

it('binds the first of the cookies, connect.sid without any', () => {
  expect(bindSettings({ secret }, ['sid', 'remember'])).toMatchObject({
    cookie: 'sid',
    hasStore: true,
    onLoginByGet: 'report',
  });
  expect(bindSettings({ secret }, null).cookie).toBe('connect.sid');
});

it('shows no secret', () => {
  expect(inspect(bindSettings({ secret }, null), { depth: 9, showHidden: true })).not.toContain(secret);
});

it('believes no tag of a cookie with another name', () => {
  const [one, other] = [bindSettings({ secret }, ['one']), bindSettings({ secret }, ['other'])];
  expect(readTag(one.keyring, writeTag(one.keyring, 'id'))).not.toBeNull();
  expect(readTag(other.keyring, writeTag(one.keyring, 'id'))).toBeNull();
});
