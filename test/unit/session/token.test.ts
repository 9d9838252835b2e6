import { randomId } from '../../../lib/session/ids.js';
import { deepFreeze, isSessionId, readToken, rootOf } from '../../../lib/session/token.js';
import { token } from '../../helpers/tokens.js';

describe('readToken()', () => {
  it('takes a sound token, and one of a regenerated session', () => {
    const root = randomId();
    expect(readToken(token())).not.toBeNull();
    expect(readToken(token({ root, id: `${root}.${randomId()}` }))).not.toBeNull();
  });

  it.each([
    ['v', 2],
    ['v', '1'],
    ['v', undefined],
    ['id', 'short'],
    ['id', undefined],
    ['id', 7],
    ['root', randomId()],
    ['root', undefined],
    ['subject', ''],
    ['subject', 42],
    ['genesis', ''],
    ['audience', undefined],
    ['remembered', undefined],
    ['remembered', 1],
    ['birth', '0'],
    ['birth', 0.5],
    ['birth', Number.NaN],
    ['issuedAt', undefined],
    ['authenticatedAt', null],
    ['expiresAt', Number.POSITIVE_INFINITY],
    ['predecessors', 'a'],
    ['data', null],
    ['data', 'text'],
  ])('refuses %s: %p', (field, value) => {
    expect(readToken({ ...token(), [field]: value })).toBeNull();
  });

  it.each([[undefined], [null], ['token'], [7], [[]], [{}]])('refuses %p', (value) =>
    expect(readToken(value)).toBeNull(),
  );
});

describe('session ids', () => {
  it('are 22 characters, or 45 after a regenerate, and name their root', () => {
    const [root, suffix] = [randomId(), randomId()];
    expect([isSessionId(root), isSessionId(`${root}.${suffix}`)]).toEqual([true, true]);
    expect([rootOf(root), rootOf(`${root}.${suffix}`)]).toEqual([root, root]);
  });

  it.each(['', 'a', 'x'.repeat(43), `${'x'.repeat(22)}.`, `${'x'.repeat(22)}\n`, `${'x'.repeat(21)}=`, null])(
    'are not %p',
    (value) => expect(isSessionId(value)).toBe(false),
  );
});

it('deepFreeze() freezes what lies within', () => {
  const value = deepFreeze({ a: [{ b: {} }] });
  expect([value, value.a, value.a[0], value.a[0]?.b].every(Object.isFrozen)).toBe(true);
});
