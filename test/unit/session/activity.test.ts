import { readActivity, writeActivity } from '../../../lib/session/activity.js';
import { hashOf, randomId } from '../../../lib/session/ids.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

const session = hashOf(randomId());
const activity = { time: Date.UTC(2026, 0, 1), session, ended: false };

describe('the activity cookie', () => {
  it.each([false, true])('says time, session and whether it ended: %p', (ended) => {
    const written = writeActivity(keyring(), { ...activity, ended });
    expect(readActivity(keyring(), written)).toEqual({ ...activity, ended });
    expect(written).toMatch(/^[\w.-]{60,110}$/);
  });

  it('keeps whole milliseconds', () => {
    const written = writeActivity(keyring(), { ...activity, time: activity.time + 0.7 });
    expect(readActivity(keyring(), written)?.time).toBe(activity.time);
  });

  it('can not be un-ended, moved in time or given to another session', () => {
    const written = writeActivity(keyring(), { ...activity, ended: true });
    const [version, time, hash, state, mac] = written.split('.');
    const forgeries = [
      [version, time, hash, 'a', mac],
      [version, 'zzzzzzzz', hash, state, mac],
      [version, time, hashOf('other'), state, mac],
      ['2', time, hash, state, mac],
    ];
    for (const parts of forgeries) expect(readActivity(keyring(), parts.join('.'))).toBeNull();
  });

  it.each([
    undefined,
    '',
    '1',
    'a.b.c.d.e',
    `1.0.${session}.a.${'A'.repeat(43)}`,
    `1.0.${session}.x.${'A'.repeat(43)}`,
  ])('is null for %p', (value) => expect(readActivity(keyring(), value)).toBeNull());

  it('is read under every listed key, and under no other key or audience', () => {
    const written = writeActivity(keyring([SECRETS[1]]), activity);
    expect(readActivity(keyring([SECRETS[0], SECRETS[1]]), written)).toEqual(activity);
    expect(readActivity(keyring([SECRETS[0]]), written)).toBeNull();
    expect(readActivity(keyring([SECRETS[1]], 'blog'), written)).toBeNull();
  });
});
