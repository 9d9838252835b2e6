import { hashOf } from '../../../lib/session/ids.js';
import { assertBirth, assertFits, regeneratedToken, startedToken, updatedToken } from '../../../lib/session/minting.js';
import { readToken } from '../../../lib/session/token.js';
import { liveToken, openRequest, sessionParts } from '../../helpers/session-parts.js';
import { thrownBy } from '../../helpers/thrown.js';

const usual = { remembered: false, birth: { genesis: 'genesis-7', position: 77 } };

const [p1, p2, p3] = ['1', '2', '3'].map((digit) => digit.repeat(22)) as [string, string, string];
const elsewhere = 'e'.repeat(43);
const short = (hash: string) => hash.slice(0, 22);

describe('startedToken()', () => {
  it('is a session of its own: new root, born where its request opened', async () => {
    const parts = await sessionParts({ audience: 'shop' });
    const { session } = openRequest(parts);
    const made = startedToken(parts.services, session, { subject: 'alice', data: { a: 1 }, ...usual });
    const now = parts.clock.now();
    expect(made).toEqual({
      v: 1,
      id: expect.stringMatching(/^[\w-]{22}$/),
      root: made.id,
      subject: 'alice',
      genesis: 'genesis-7',
      birth: 77,
      issuedAt: now,
      authenticatedAt: now,
      expiresAt: now + 14 * 86_400_000,
      remembered: false,
      audience: 'shop',
      predecessors: [],
      data: { a: 1 },
    });
    expect(readToken(made)).toEqual(made);
  });

  it('lives for rememberFor if it is remembered, and stays remembered whatever is done with it', async () => {
    const parts = await sessionParts();
    const { session } = openRequest(parts);
    const made = startedToken(parts.services, session, { subject: 'alice', data: {}, ...usual, remembered: true });
    expect([made.remembered, made.expiresAt - parts.clock.now()]).toEqual([true, 30 * 86_400_000]);
    for (const later of [
      updatedToken(parts.services, made, { b: 2 }),
      regeneratedToken(parts.services, session, made),
    ]) {
      expect([later.remembered, later.expiresAt]).toEqual([true, made.expiresAt]);
    }
  });

  it('remembers what its request presented, newest first, four at most, each once', async () => {
    const parts = await sessionParts();
    const old = liveToken(parts, { predecessors: [p1, p2, p3] });
    const activity = { time: 0, session: elsewhere, ended: true };
    const { session } = openRequest(parts, { token: old, activity });
    const made = startedToken(parts.services, session, { subject: 'alice', data: {}, ...usual });
    expect(made.predecessors).toEqual([short(hashOf(old.id)), short(elsewhere), p1, p2]);
    const again = openRequest(parts, { token: old, activity: { ...activity, session: hashOf(old.id) } }).session;
    expect(startedToken(parts.services, again, { subject: 'alice', data: {}, ...usual }).predecessors).toHaveLength(4);
  });
});

describe('the same session', () => {
  it('under other data keeps everything but data and the time it was sealed', async () => {
    const parts = await sessionParts();
    const token = liveToken(parts, { predecessors: [p1] });
    parts.clock.advance(5);
    expect(updatedToken(parts.services, token, { b: 2 })).toEqual({
      ...token,
      data: { b: 2 },
      issuedAt: parts.clock.now(),
    });
  });

  it('under a new id keeps root, birth and end, so that no slow request revives anything', async () => {
    const parts = await sessionParts();
    const token = liveToken(parts, { data: { a: 1 } });
    const { session } = openRequest(parts, { token });
    parts.clock.advance(5);
    const renewed = regeneratedToken(parts.services, session, token);
    const { id, issuedAt, predecessors, ...kept } = renewed;
    expect(token).toMatchObject(kept);
    expect(id).toMatch(new RegExp(`^${token.root}\\.[\\w-]{22}$`));
    expect([issuedAt, predecessors]).toEqual([parts.clock.now(), [short(hashOf(token.id))]]);
    expect(readToken(renewed)).not.toBeNull();
    expect(regeneratedToken(parts.services, session, renewed, 9).authenticatedAt).toBe(9);
    expect(regeneratedToken(parts.services, session, renewed).id).toMatch(/^[\w-]{22}\.[\w-]{22}$/);
  });
});

describe('assertFits()', () => {
  it('counts name and value: 4096 bytes pass, one more does not', async () => {
    const parts = await sessionParts();
    const { session } = openRequest(parts);
    const fits = (size: number) => () =>
      assertFits(parts.services, session, liveToken(parts, { data: { t: 'x'.repeat(size) } }));
    let size = 2_500;
    while (size < 4_000) {
      try {
        fits(size + 1)();
        size++;
      } catch {
        break;
      }
    }
    const message = thrownBy(fits(size + 1)).message;
    expect(thrownBy(fits(size + 1)).code).toBe('ERR_SESSION_TOO_LARGE');
    expect(Number(/would have (\d+) bytes/.exec(message)?.[1])).toBeGreaterThan(4_096);
    expect(size).toBeGreaterThan(2_600);
    expect(message).not.toContain('xx');
  });
});

describe('assertBirth()', () => {
  it('is ERR_STORE_UNAVAILABLE where the log was out of reach', async () => {
    const parts = await sessionParts();
    const known = openRequest(parts).session;
    expect(assertBirth(known)).toEqual(known.openedAt);
    const error = thrownBy(() => assertBirth(openRequest(parts, { confirmed: false }).session));
    expect([error.code, error.status]).toEqual(['ERR_STORE_UNAVAILABLE', 503]);
    expect(error.message).toContain('POST /here');
  });
});
