import * as iron from 'iron-session';
import { sealVerbs } from '../../../lib/session/app-seal.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { thrownBy } from '../../helpers/thrown.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

const [newest, older] = SECRETS;
const HOUR = 3_600_000;

function verbs(secrets: readonly string[] = [newest], audience = 'default', clock = fakeClock()) {
  return { ...sealVerbs(keyring(secrets, audience), clock), clock };
}

describe('seal() and unseal()', () => {
  it.each([['text'], [0], [false], [''], [{ email: 'ada@example.com', roles: ['x'], __proto__: null }], [[1, null]]])(
    'give back %j',
    async (value) => {
      const { seal, unseal } = verbs();
      expect(await unseal('invite', await seal('invite', value as never, { expiresIn: '1h' }))).toEqual(value);
    },
  );

  it('hide what they hold, and make another seal each time', async () => {
    const { seal } = verbs();
    const [one, two] = [await seal('p', 'secret', { expiresIn: '1h' }), await seal('p', 'secret', { expiresIn: '1h' })];
    expect(one).not.toContain('secret');
    expect(one).not.toBe(two);
    expect(one).toBe(decodeURIComponent(one));
  });

  it('answer null once the time is over, to the millisecond', async () => {
    const { seal, unseal, clock } = verbs();
    const sealed = await seal('invite', 'x', { expiresIn: '1h' });
    clock.advance(HOUR - 1);
    expect(await unseal('invite', sealed)).toBe('x');
    clock.advance(1);
    expect(await unseal('invite', sealed)).toBeNull();
  });

  it.each([
    ['another purpose', 'reset', [newest], 'default'],
    ['another audience', 'invite', [newest], 'blog'],
    ['a retired secret', 'invite', [older], 'default'],
  ])('answer null for %s', async (_what, purpose, secrets, audience) => {
    const sealed = await verbs().seal('invite', 'x', { expiresIn: '1h' });
    expect(await verbs(secrets, audience).unseal(purpose, sealed)).toBeNull();
    expect(await verbs([older, newest]).unseal('invite', sealed)).toBe('x');
  });

  it.each(['session', 'login', 'activity'] as const)("have nothing to do with the kit's own %s", async (purpose) => {
    const { id, key } = keyring().newest(purpose);
    const envelope = { v: 1, e: Number.MAX_SAFE_INTEGER, d: 'x' };
    const foreign = await iron.sealData(envelope, { password: { [id]: key }, ttl: 0 });
    expect(await verbs().unseal(purpose, foreign)).toBeNull();
  });

  it.each([
    ['another version', { v: 2, e: Number.MAX_SAFE_INTEGER, d: 'x' }],
    ['no end', { v: 1, d: 'x' }],
    ['no value', { v: 1, e: Number.MAX_SAFE_INTEGER }],
    ['nothing', {}],
  ])('answer null for an envelope of ours with %s', async (_what, envelope) => {
    const [named] = keyring().appKeys('invite');
    const sealed = await iron.sealData(envelope, { password: { [named?.id ?? '']: named?.key ?? '' }, ttl: 0 });
    expect(await verbs().unseal('invite', sealed)).toBeNull();
  });

  it.each([undefined, null, 7, '', 'x', 'Fe26.2*__proto__**~2', ['a']])('answer null for %p', async (sealed) => {
    expect(await verbs().unseal('invite', sealed as string)).toBeNull();
  });

  it('throw at once for what could not work', () => {
    const { seal, unseal } = verbs();
    const week = { expiresIn: '7d' };
    for (const purpose of ['', undefined, 7]) {
      expect(thrownBy(() => seal(purpose as string, 'x', week)).code).toBe('ERR_INVALID_ARGUMENT');
      expect(thrownBy(() => unseal(purpose as string, 'x')).code).toBe('ERR_INVALID_ARGUMENT');
    }
    for (const value of [null, undefined]) {
      expect(thrownBy(() => seal('p', value as never, week)).code).toBe('ERR_INVALID_ARGUMENT');
    }
    const error = thrownBy(() => seal('p', { at: new Date() } as never, week));
    expect([error.code, error.message]).toEqual([
      'ERR_SESSION_DATA_INVALID',
      expect.stringMatching(/^sessions\.seal\(\): the value\.at must be JSON/),
    ]);
    expect(thrownBy(() => seal('p', 'x'.repeat(64 * 1024), week)).code).toBe('ERR_INVALID_ARGUMENT');
    for (const options of [{}, { expiresIn: 0 }, { expiresIn: Number.POSITIVE_INFINITY }, { ttl: 1, expiresIn: 1 }]) {
      expect(thrownBy(() => seal('p', 'x', options as never)).code).toBe('ERR_INVALID_OPTION');
    }
    expect(thrownBy(() => seal('p', 'x', undefined as never)).code).toBe('ERR_INVALID_OPTION');
  });
});
