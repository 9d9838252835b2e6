/** What was verified is served for a while, and never once it holds no more. Requests are held in the middle, not timed. */
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../lib/clock.js';
import { sqlite, sqliteTokens } from '../../../lib/stores/sqlite/index.js';
import type { FakeClock } from '../../../lib/testing/fake-clock.js';
import type { FoundToken, TokenStorage, TokenStore } from '../../../lib/tokens/token-store.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { Gate } from '../../helpers/gate.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { rejectionOf } from '../../helpers/thrown.js';
import { DEPLOY, type TokenKitOptions, tokenKits } from '../../helpers/token-kit.js';

const at = temporaryFolder();
const kits = tokenKits();

type Find = TokenStore['find'];

/** Tokens whose look-ups are counted, and can be held, failed or answered otherwise. */
function watched(options: TokenKitOptions = {}) {
  const lookUp: { count: number; answer: (find: Find, ...asked: Parameters<Find>) => Promise<FoundToken> } = {
    count: 0,
    answer: (find, ...asked) => find(...asked),
  };
  const storage: TokenStorage = {
    name: 'watched',
    open() {
      const store = sqliteTokens(at('tokens.db')).open();
      const find: Find = store.find.bind(store);
      store.find = (...asked) => {
        lookUp.count++;
        return lookUp.answer(find, ...asked);
      };
      return store;
    },
  };
  return { lookUp, ...kits(at('tokens.db'), { storage, maxAge: 60_000, ...options }) };
}

it('asks the store once for a token that is presented again', async () => {
  const { tokens, lookUp } = watched();
  const { token } = await tokens.create(DEPLOY);
  for (let again = 0; again < 5; again++) await tokens.verify(token);
  expect(lookUp.count).toBe(1);
});

it('keeps no no', async () => {
  const { tokens, lookUp } = watched();
  const { id, token } = await tokens.create(DEPLOY);
  await tokens.revoke(id);
  for (let again = 0; again < 3; again++) expect(await tokens.verify(token)).toBeNull();
  expect(lookUp.count).toBe(3);
});

it('looks a token up once for all who present it at once, and each token for itself', async () => {
  const { tokens, lookUp } = watched();
  const [one, two] = [await tokens.create(DEPLOY), await tokens.create({ ...DEPLOY, owner: 'cd' })];
  const gate = new Gate();
  lookUp.answer = async (find, ...asked) => {
    const found = await find(...asked);
    await gate.wait();
    return found;
  };
  const presented = [one, one, two, one, two];
  const answers = presented.map(({ token }) => tokens.verify(token));
  await gate.reached;
  gate.open();
  expect(await Promise.all(answers)).toMatchObject(presented.map(({ id, owner }) => ({ id, owner })));
  expect(lookUp.count).toBe(2);
});

it('looks up before it serves what is older than maxAge', async () => {
  const { tokens, lookUp, clock } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.verify(token);
  clock.advance(60_001);
  lookUp.answer = () => Promise.reject(new Error('down'));
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
});

it('serves what is older than half of it, and looks up in the background', async () => {
  const { tokens, lookUp, clock } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.verify(token);
  clock.advance(29_999);
  await tokens.verify(token);
  expect(lookUp.count).toBe(1);
  clock.advance(1);
  expect(await tokens.verify(token)).not.toBeNull();
  while (lookUp.count < 2) await setImmediate();
  clock.advance(29_999);
  await tokens.verify(token);
  expect(lookUp.count).toBe(2);
});

it('serves on while the store is down, to the end of maxAge, and asks it a few times only', async () => {
  const { tokens, lookUp, clock } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.verify(token);
  lookUp.answer = () => Promise.reject(new Error('down'));
  for (let second = 1; second <= 60; second++) {
    clock.advance(1_000);
    expect(await tokens.verify(token)).not.toBeNull();
    await setImmediate();
  }
  expect(lookUp.count).toBeLessThanOrEqual(1 + 11);
  clock.advance(1);
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
});

it('drops what a look-up in the background finds to be over', async () => {
  const { tokens, lookUp, clock } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.verify(token);
  lookUp.answer = async () => ({ record: null, issued: null });
  clock.advance(30_000);
  await tokens.verify(token);
  while (lookUp.count < 2) await setImmediate();
  await setImmediate();
  expect(await tokens.verify(token)).toBeNull();
});

it('admits nobody by a look-up that began before a revocation resolved', async () => {
  const { tokens, lookUp } = watched();
  const { id, token } = await tokens.create(DEPLOY);
  const gate = new Gate();
  lookUp.answer = async (find, ...asked) => {
    const found = await find(...asked);
    await gate.wait();
    return found;
  };
  const slow = tokens.verify(token);
  await gate.reached;
  await tokens.revoke(id);
  gate.open();
  expect(await slow).toBeNull();
  expect(lookUp.count).toBe(2);
});

it('looks up again after a revocation of everyone, which is none of tokens', async () => {
  const { tokens, lookUp, sessions } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.verify(token);
  await sessions.revoke.everyone();
  expect(await tokens.verify(token)).not.toBeNull();
  expect(lookUp.count).toBe(2);
});

it('gives up where each look-up is overtaken by a change', async () => {
  const { tokens, lookUp } = watched();
  const { id, token } = await tokens.create(DEPLOY);
  lookUp.answer = async (find, ...asked) => {
    const found = await find(...asked);
    await tokens.restore(id);
    return found;
  };
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  expect(lookUp.count).toBe(3);
});

it('refuses the record of another token, and does not keep it', async () => {
  const { tokens, lookUp } = watched();
  const [one, two] = [await tokens.create(DEPLOY), await tokens.create({ ...DEPLOY, scopes: ['admin'] })];
  lookUp.answer = (find, _id, presented, signal) => find(two.id, presented, signal);
  expect(await rejectionOf(tokens.verify(one.token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  lookUp.answer = (find, ...asked) => find(...asked);
  expect(await tokens.verify(one.token)).toMatchObject({ id: one.id, scopes: ['deploy'] });
});

it.each([
  ['fails', () => Promise.reject(new Error('down'))],
  ['is late', () => new Promise<never>(() => {})],
  ['answers nothing', () => Promise.resolve(undefined as unknown as FoundToken)],
])('a store that %s is no "no"', async (_what, answer) => {
  const { tokens, lookUp } = watched({ requestDeadline: 20 });
  const { token } = await tokens.create(DEPLOY);
  lookUp.answer = answer;
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
});

describe('the revocation log', () => {
  it('out of reach: nothing is served, neither what is kept nor what a look-up would find', async () => {
    const faulty = faultyMemory();
    const { tokens, clock } = watched({ store: faulty, requestDeadline: 20 });
    const [kept, other] = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
    await tokens.verify(kept.token);
    faulty.faults.log.poll = 'error';
    clock.advance(LEASE + 1);
    for (const { token } of [kept, other]) {
      expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    }
    delete faulty.faults.log.poll;
    for (const { token } of [kept, other]) expect(await tokens.verify(token)).not.toBeNull();
  });

  it('out of reach while a look-up runs: it is not served', async () => {
    const faulty = faultyMemory();
    const { tokens, clock, lookUp } = watched({ store: faulty, requestDeadline: 20 });
    const { token } = await tokens.create(DEPLOY);
    lookUp.answer = async (find, ...asked) => {
      faulty.faults.log.poll = 'error';
      clock.advance(LEASE + 1);
      return find(...asked);
    };
    expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });

  it('refuses an append: a revocation rejects, an overlapping rotation does not, one without overlap does', async () => {
    const faulty = faultyMemory();
    const { tokens, seen } = watched({ store: faulty, revokeDeadline: 20 });
    const { id, token } = await tokens.create(DEPLOY);
    faulty.faults.log.append = 'error';
    const rotated = await tokens.rotate(id);
    expect(await rejectionOf(tokens.rotate(id, { overlap: 0 }))).toMatchObject({ code: 'ERR_REVOCATION_UNKNOWN' });
    expect(await rejectionOf(tokens.revoke(id))).toMatchObject({ code: 'ERR_REVOCATION_UNKNOWN' });
    expect(seen.filter(({ code }) => code === 'revocation.failed')).toHaveLength(3);
    delete faulty.faults.log.append;
    expect(await tokens.revoke(id)).toEqual({ revoked: [id] });
    for (const text of [token, rotated.token]) expect(await tokens.verify(text)).toBeNull();
  });
});

it('ends no process by a change that fails while nobody listens', async () => {
  const faulty = faultyMemory();
  const { tokens, seen } = watched({ store: faulty, revokeDeadline: 20 });
  const { id } = await tokens.create(DEPLOY);
  faulty.faults.log.append = 'error';
  const unheard = jest.fn();
  process.on('unhandledRejection', unheard);
  for (const change of [tokens.revoke(id), tokens.restore('all'), tokens.rotate('abcd1234')])
    expect(change).toBeDefined();
  while (seen.filter(({ code }) => code === 'revocation.failed').length < 2) await setImmediate();
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  process.off('unhandledRejection', unheard);
  expect(unheard).not.toHaveBeenCalled();
});

it('has forgotten in all processes when a revocation, a rotation or a restoration resolves', async () => {
  const clock = { ...systemClock(), advance() {} } as FakeClock;
  const process = () => kits(at('tokens.db'), { store: sqlite(at('tokens.db')), clock });
  const [here, there] = [process(), process()];
  const ids = [await here.tokens.create(DEPLOY), await here.tokens.create(DEPLOY), await here.tokens.create(DEPLOY)];
  for (const { token } of ids) expect(await there.tokens.verify(token)).not.toBeNull();
  const [revoked, rotated, restored] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];
  const before = clock.now();
  while (clock.now() === before) await setImmediate();
  await here.tokens.revoke(revoked.id);
  expect(await there.tokens.verify(revoked.token)).toBeNull();
  await here.tokens.rotate(rotated.id, { overlap: 0 });
  expect(await there.tokens.verify(rotated.token)).toBeNull();
  const next = await here.tokens.rotate(restored.id, { overlap: '1h' });
  expect(await there.tokens.verify(next.token)).not.toBeNull();
  await here.tokens.restore(restored.id, { at: before });
  expect(await there.tokens.verify(next.token)).toBeNull();
  expect(await there.tokens.verify(restored.token)).not.toBeNull();
});

it('keeps cacheEntries verifications', async () => {
  const { tokens, lookUp } = watched({ cacheEntries: 2 });
  const made = [await tokens.create(DEPLOY), await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
  for (const { token } of made) await tokens.verify(token);
  for (const { token } of made) await tokens.verify(token);
  expect(lookUp.count).toBeGreaterThan(3);
});

it('refuses after its end', async () => {
  const { tokens } = watched();
  const { token } = await tokens.create(DEPLOY);
  await tokens.close();
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
});
