import { checkedSecrets } from '../../../lib/session/secrets.js';
import { thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

describe('checkedSecrets()', () => {
  it('answers a frozen copy in the order given', () => {
    const given = [...SECRETS];
    const checked = checkedSecrets(given);
    given.pop();
    expect(checked).toEqual(SECRETS);
    expect(Object.isFrozen(checked)).toBe(true);
  });

  it.each([[undefined], [null], [[]], ['one string'], [[undefined]], [[SECRETS[0], undefined]], [{}]])(
    'asks for secrets where there are none: %#',
    (secrets) => {
      const error = thrownBy(() => checkedSecrets(secrets));
      expect(error.code).toBe('ERR_SECRET_MISSING');
      expect(error.message).toContain('crypto.randomBytes(32)');
    },
  );

  it.each<[string, unknown, string]>([
    ['31 bytes', SECRETS[0].slice(0, 31), 'is shorter than 32 bytes'],
    ['an empty one', '', 'is shorter than 32 bytes'],
    ['a number', 42, 'is not a string'],
    ['null', null, 'is not a string'],
    ['bytes', Buffer.alloc(32, 7), 'is not a string'],
    ['one letter, often', 'a'.repeat(64), 'fewer than 10 different'],
    ['nine letters, often', 'ZYXWVUTSR'.repeat(8), 'fewer than 10 different'],
    ['the keyboard cat', `keyboard cat ${SECRETS[0]}`, 'looks like an example'],
    ["iron-session's example", 'complex_password_at_least_32_characters_long', 'looks like an example'],
    ['a placeholder', `CHANGE_ME_${SECRETS[0]}`, 'looks like an example'],
    ['a run of digits', '12345678901234567890123456789012', 'looks like an example'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789', 'looks like an example'],
  ])('refuses %s, wherever it stands', (_what, secret, complaint) => {
    const error = thrownBy(() => checkedSecrets([SECRETS[0], secret]));
    expect(error.code).toBe('ERR_SECRET_WEAK');
    expect(error.message).toContain(`secrets[1]`);
    expect(error.message).toContain(complaint);
    if (typeof secret === 'string' && secret !== '') expect(error.message).not.toContain(secret);
  });

  it('counts bytes, not characters', () => {
    expect(
      checkedSecrets([
        '\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00df\u00e9\u00e8\u00ea\u00e1\u00e0\u00e2\u00f1\u00e7\u00f8\u00e5\u00e6',
      ]),
    ).toHaveLength(1);
  });

  it('refuses a secret that stands twice', () => {
    const error = thrownBy(() => checkedSecrets([SECRETS[0], SECRETS[1], SECRETS[0]]));
    expect(error.code).toBe('ERR_SECRET_DUPLICATE');
    expect(error.message).not.toContain(SECRETS[0]);
  });
});
