import { createHmac } from 'node:crypto';
import session, { type SessionData } from 'express-session';
import { expressSession } from '../../../lib/adapters/express-session.js';
import { settingsOf } from '../../../lib/settings.js';
import { memory } from '../../../lib/stores/memory.js';
import { thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

const sound = { secret: 'keyboard owl', store: new session.MemoryStore(), subject: () => null };

describe('expressSession()', () => {
  it.each<[string, object]>([
    ['secret', { secret: undefined }],
    ['secret', { secret: '' }],
    ['secret', { secret: [] }],
    ['secret', { secret: ['keyboard owl', undefined] }],
    ['store', { store: undefined }],
    ['store', { store: { get() {}, set() {} } }],
    ['subject', { subject: undefined }],
    ['subject', { subject: 'userId' }],
    ['data', { data: {} }],
    ['name', { name: '' }],
    ['name', { name: 'a b' }],
    ['cookie', { cookie: {} }],
  ])('refuses a wrong %s', (name, wrong) => {
    const error = thrownBy(() => expressSession({ ...sound, ...wrong } as never));
    expect([error.code, error.message]).toEqual(['ERR_INVALID_OPTION', expect.stringContaining(name)]);
    expect(error.message).not.toContain('owl');
  });

  it('copies the secrets: what the app does with its list changes nothing', () => {
    const secrets = ['keyboard owl'];
    const adoption = expressSession({ ...sound, secret: secrets });
    secrets[0] = 'changed';
    const mac = createHmac('sha256', 'keyboard owl').update('abc').digest('base64').replace(/=+$/, '');
    expect(adoption.idOf(`s:abc.${mac}`)).toBe('abc');
    expect(Object.isFrozen(adoption)).toBe(true);
  });

  it('asks data() for nobody', async () => {
    const store = new session.MemoryStore();
    store.set('x', { cookie: { originalMaxAge: null } } as SessionData);
    const data = jest.fn(() => ({}));
    const found = await expressSession({ ...sound, store, data }).find('x');
    expect([found?.subject, data.mock.calls.length]).toEqual([null, 0]);
  });

  it('keeps the first name of a log that it is told, for all who ask later', async () => {
    const adoption = expressSession({ ...sound, store: new session.MemoryStore() });
    expect(await adoption.anchor('first')).toBe('first');
    expect(await adoption.anchor('second')).toBe('first');
  });
});

describe('the option adopt', () => {
  const settings = (adopt: unknown) =>
    settingsOf({ secrets: [SECRETS[0]], store: memory({ insecureInProduction: true }), adopt: adopt as never });

  it('takes what expressSession() answers', () => {
    const adoption = expressSession(sound);
    expect([settings(adoption).adopt, settings(undefined).adopt]).toEqual([adoption, null]);
  });

  it.each([null, true, 'connect.sid', {}, sound, expressSession])('refuses %p', (wrong) => {
    expect(thrownBy(() => settings(wrong)).code).toBe('ERR_INVALID_OPTION');
  });

  it.each(['__Host-session', '__Host-activity', 'dev-3000-session'])("refuses the kit's own cookie %s", (name) => {
    expect(thrownBy(() => settings(expressSession({ ...sound, name }))).message).toContain("the kit's own");
  });
});
