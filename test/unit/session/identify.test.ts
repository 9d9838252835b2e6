import type { Activity } from '../../../lib/session/activity.js';
import { toBearer } from '../../../lib/session/bearer.js';
import { Identifier } from '../../../lib/session/identify.js';
import { hashOf } from '../../../lib/session/ids.js';
import { OpenedCache } from '../../../lib/session/opened-cache.js';
import { seal } from '../../../lib/session/seal.js';
import type { SessionServices } from '../../../lib/session/services.js';
import type { SessionToken } from '../../../lib/session/token.js';
import { deferred } from '../../helpers/deferred.js';
import { liveToken, type Parts, sessionParts } from '../../helpers/session-parts.js';
import { keyring, SECRETS, token } from '../../helpers/tokens.js';

const DAY = 86_400_000;

/** A cookie of a live session, and who judges it. */
async function setUp(
  changes: Partial<SessionServices> = {},
  claims: (parts: Parts) => Partial<SessionToken> = () => ({}),
) {
  const parts = await sessionParts(changes);
  const live = liveToken(parts, claims(parts));
  await parts.services.registry.add(live, { userAgent: '', address: '' });
  const cookie = await seal(parts.services.keyring, live);
  return { parts, live, cookie, identifier: cookieIdentifier(parts) };
}

function identifierOf({ services }: Parts): Identifier {
  const { keyring: ring } = services;
  return new Identifier(services, { cookies: new OpenedCache(ring), tokens: new OpenedCache(ring, 'token') });
}

/** Of requests that present nothing but a session cookie. */
function cookieIdentifier(parts: Parts) {
  const identifier = identifierOf(parts);
  return {
    identify: (sessionCookie: string | undefined, activity: Activity | null) =>
      identifier.identify({ sessionCookie, tokens: [] }, activity),
  };
}

const ADMITTED = {
  inactiveBecause: null,
  anonymous: null,
  unavailable: false,
  byOldKey: false,
  bearer: false,
  former: null,
};
const UNKNOWN = { inactiveBecause: null, unavailable: true };

describe('identify()', () => {
  it('answers at once that there is no session where there is no cookie', async () => {
    const { identifier } = await setUp();
    expect(identifier.identify(undefined, null)).toMatchObject({ token: null, inactiveBecause: 'none' });
  });

  it('admits a live session; from the second request on at once', async () => {
    const { identifier, cookie, live } = await setUp();
    expect(await identifier.identify(cookie, null)).toEqual({ token: live, ...ADMITTED });
    expect(identifier.identify(cookie, null)).toEqual({ token: live, ...ADMITTED });
  });

  it.each([['garbage'], [''], ['Fe26.2*1*x~2']])('counts %p as unreadable', async (cookie) => {
    const { identifier } = await setUp();
    expect(await identifier.identify(cookie, null)).toMatchObject({ token: null, inactiveBecause: 'unreadable' });
  });

  it('tells that an old key sealed', async () => {
    const rotated = keyring([SECRETS[1], SECRETS[0]]);
    const { identifier, parts } = await setUp({ keyring: rotated });
    const cookie = await seal(keyring([SECRETS[0]]), liveToken(parts));
    expect(await identifier.identify(cookie, null)).toMatchObject({ ...ADMITTED, byOldKey: true });
  });

  it('counts a token of another audience, or of another log, as unreadable', async () => {
    const audience = await setUp({}, () => ({ audience: 'blog' }));
    const genesis = await setUp({}, () => ({ genesis: 'another log' }));
    for (const { identifier, cookie } of [audience, genesis]) {
      expect(await identifier.identify(cookie, null)).toMatchObject({ token: null, inactiveBecause: 'unreadable' });
      expect(await identifier.identify(cookie, null)).toMatchObject({ token: null, inactiveBecause: 'unreadable' });
    }
  });

  describe('on every request, also where the cookie is remembered', () => {
    it('sees a revocation', async () => {
      const { identifier, cookie, live, parts } = await setUp();
      await identifier.identify(cookie, null);
      await parts.services.revoker.append({ kind: 'root', key: live.root });
      expect(await identifier.identify(cookie, null)).toMatchObject({ token: live, inactiveBecause: 'revoked' });
    });

    it('sees the absolute end, in spite of all activity', async () => {
      const { identifier, cookie, live, parts } = await setUp();
      await identifier.identify(cookie, null);
      parts.clock.advance(14 * DAY);
      const activity = { time: parts.clock.now(), session: hashOf(live.id), ended: false };
      expect(await identifier.identify(cookie, activity)).toMatchObject({ inactiveBecause: 'expired' });
    });

    it('sees idleness', async () => {
      const { identifier, cookie, parts } = await setUp();
      await identifier.identify(cookie, null);
      parts.clock.advance(DAY);
      expect(await identifier.identify(cookie, null)).toMatchObject({ inactiveBecause: 'idle' });
    });
  });
});

describe('tokens', () => {
  const many = (sealed: string, count: number) =>
    Array.from({ length: count }, (_, each) => toBearer(sealed).replace(/..~2$/, `${each}_~2`));

  async function issued() {
    const { parts, live } = await setUp();
    const sealed = await seal(parts.services.keyring, live, 'token');
    return { parts, live, sealed, identifier: identifierOf(parts) };
  }

  it('are admitted as what they are, and judged anew each time', async () => {
    const { parts, live, sealed, identifier } = await issued();
    const presented = { sessionCookie: undefined, tokens: [toBearer(sealed)] };
    for (let time = 0; time < 2; time++) {
      expect(await identifier.identify(presented, null)).toEqual({ token: live, ...ADMITTED, bearer: true });
    }
    await parts.services.revoker.append({ kind: 'root', key: live.root });
    expect(await identifier.identify(presented, null)).toMatchObject({ inactiveBecause: 'revoked', bearer: true });
  });

  it('are no session longer because an activity cookie says so', async () => {
    const { parts, live, sealed, identifier } = await issued();
    parts.clock.advance(DAY);
    const activity = { time: parts.clock.now(), session: hashOf(live.id), ended: false };
    const found = await identifier.identify({ sessionCookie: undefined, tokens: [toBearer(sealed)] }, activity);
    expect(found).toMatchObject({ inactiveBecause: 'idle' });
  });

  it('that do not open contradict no cookie; too many are not even opened', async () => {
    const { live, parts, sealed, identifier } = await issued();
    const sessionCookie = await seal(parts.services.keyring, live);
    const found = await identifier.identify({ sessionCookie, tokens: many(sealed, 4) }, null);
    expect(found).toMatchObject({ token: live, bearer: false });
    expect(await identifier.identify({ sessionCookie, tokens: many(sealed, 5) }, null)).toMatchObject({
      token: null,
      inactiveBecause: 'ambiguous',
    });
  });
});

describe('idleness', () => {
  async function dayLater(
    activity: (parts: Parts, live: SessionToken) => { time: number; session: string; ended: boolean } | null,
  ) {
    const { identifier, cookie, live, parts } = await setUp();
    parts.clock.advance(DAY + 1);
    return { parts, live, found: () => identifier.identify(cookie, activity(parts, live)) };
  }

  it('is told by the own activity cookie', async () => {
    const { found } = await dayLater(({ clock }, { id }) => ({
      time: clock.now() - 5,
      session: hashOf(id),
      ended: false,
    }));
    expect(await found()).toMatchObject(ADMITTED);
  });

  it.each<[string, (hash: string, now: number) => { time: number; session: string; ended: boolean } | null]>([
    ['of another session', (_hash, time) => ({ time, session: hashOf('other'), ended: false })],
    ['that has ended', (session, time) => ({ time, session, ended: true })],
    ['that is missing', () => null],
    ['that is stale', (session, time) => ({ time: time - DAY, session, ended: false })],
    ['from a clock far ahead', (session, time) => ({ time: time + DAY, session, ended: false })],
  ])('is not disproved by an activity cookie %s', async (_what, activity) => {
    const { found } = await dayLater(({ clock }, { id }) => activity(hashOf(id), clock.now()));
    expect(await found()).toMatchObject({ inactiveBecause: 'idle' });
  });

  it('logs nobody out whose activity cookie was lost or swapped: the registry has seen them', async () => {
    const { found, parts, live } = await dayLater(() => null);
    await parts.services.registry.seen(new Map([[live.root, parts.clock.now() - 5]]));
    expect(await found()).toMatchObject(ADMITTED);
  });

  it('asks no registry while the cookies are enough', async () => {
    const { identifier, cookie, parts } = await setUp();
    const find = jest.spyOn(parts.store.registry, 'find');
    await identifier.identify(cookie, null);
    expect(find).not.toHaveBeenCalled();
  });

  it('is not known where the registry fails, answers for a neighbour or says nothing in time (R10, R11)', async () => {
    const { found, parts } = await dayLater(() => null);
    const neighbour = token();
    await parts.services.registry.add(neighbour, { userAgent: '', address: '' });
    const row = await parts.store.registry.find(neighbour.root);
    const find = jest.spyOn(parts.store.registry, 'find');
    find.mockRejectedValueOnce(new Error('disk full')).mockResolvedValueOnce(row);
    expect(await found()).toMatchObject(UNKNOWN);
    expect(await found()).toMatchObject(UNKNOWN);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    find.mockReturnValueOnce(new Promise(() => {}));
    const late = found();
    await jest.advanceTimersByTimeAsync(600);
    jest.useRealTimers();
    expect(await late).toMatchObject(UNKNOWN);
    expect(parts.codes()).toEqual(['store.unavailable', 'store.unavailable', 'store.unavailable']);
  });
});

describe('isRevoked', () => {
  it.each<[string, unknown, object]>([
    ['false', false, ADMITTED],
    ['true', true, { inactiveBecause: 'revoked' }],
    ['nothing', undefined, { unavailable: true }],
    ['a word', 'no', { unavailable: true }],
  ])('that answers %s decides', async (_what, answer, expected) => {
    const isRevoked = jest.fn(() => answer as boolean);
    const { identifier, cookie, live } = await setUp({ isRevoked });
    expect(await identifier.identify(cookie, null)).toMatchObject(expected);
    expect(await identifier.identify(cookie, null)).toMatchObject(expected);
    const { id, subject, authenticatedAt } = live;
    expect(isRevoked.mock.calls).toEqual([[{ id, subject, authenticatedAt }], [{ id, subject, authenticatedAt }]]);
  });

  it('that throws, rejects or hangs leaves validity unknown, and nothing of its message is told', async () => {
    const broken = [
      () => {
        throw new Error('tell-nobody');
      },
      () => Promise.reject(new Error('tell-nobody')),
      () => new Promise<boolean>(() => {}),
    ];
    for (const isRevoked of broken) {
      const { identifier, cookie, parts } = await setUp({ isRevoked, requestDeadline: 1 });
      expect(await identifier.identify(cookie, null)).toMatchObject(UNKNOWN);
      expect(JSON.stringify(parts.seen)).not.toContain('tell-nobody');
    }
  });

  it('is awaited before the log is asked: a revocation meanwhile is seen', async () => {
    const answer = deferred<boolean>();
    const { identifier, cookie, live, parts } = await setUp({ isRevoked: () => answer.promise });
    const found = identifier.identify(cookie, null);
    await parts.services.revoker.append({ kind: 'subject', key: live.subject });
    answer.resolve(false);
    expect(await found).toMatchObject({ inactiveBecause: 'revoked' });
  });
});

describe('while the log is out of reach', () => {
  async function cutOff(changes: Partial<SessionServices> = {}) {
    const made = await setUp({ requestDeadline: 1, ...changes });
    jest.spyOn(made.parts.services.replica, 'confirmed').mockReturnValue(false);
    jest.spyOn(made.parts.services.replica, 'catchUp').mockResolvedValue(false);
    return made;
  }

  it('nothing is admitted and nobody is logged out', async () => {
    const { identifier, cookie, live } = await cutOff();
    expect(await identifier.identify(cookie, null)).toMatchObject({ token: live, ...UNKNOWN });
  });

  it('insecureAcceptWhenUnconfirmed admits, but nothing that is known to be revoked', async () => {
    const { identifier, cookie, live, parts } = await cutOff({ insecureAcceptWhenUnconfirmed: true });
    expect(await identifier.identify(cookie, null)).toMatchObject(ADMITTED);
    jest.restoreAllMocks();
    await parts.services.revoker.append({ kind: 'root', key: live.root });
    expect(await identifier.identify(cookie, null)).toMatchObject({ inactiveBecause: 'revoked' });
  });
});
