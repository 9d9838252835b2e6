/** Last uses are written alone, and whatever becomes of them, verifications go on. */
import Libsql from 'libsql';
import { sqliteTokens } from '../../../lib/stores/sqlite/index.js';
import type { TokenStorage, TokenStore } from '../../../lib/tokens/token-store.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { DEPLOY, tokenKits } from '../../helpers/token-kit.js';

// Before the kits are closed, which they are in real time.
afterEach(() => jest.useRealTimers());
const at = temporaryFolder();
const kits = tokenKits();

type Used = TokenStore['used'];

/** A token on a kit that is under way, and timers that stand still from now on. */
async function watched() {
  const uses: { marks: [string, number][][]; write: (used: Used, ...given: Parameters<Used>) => Promise<void> } = {
    marks: [],
    write: (used, marks) => used(marks),
  };
  const storage: TokenStorage = {
    name: 'watched',
    open() {
      const store = sqliteTokens(at('tokens.db')).open();
      const used: Used = store.used.bind(store);
      store.used = (marks) => {
        uses.marks.push([...marks]);
        return uses.write(used, marks);
      };
      return store;
    },
  };
  const kit = kits(at('tokens.db'), { storage });
  const created = await kit.tokens.create(DEPLOY);
  await kit.sessions.revoke.subject('nobody');
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  return { uses, ...kit, ...created };
}

async function aSecondLater(): Promise<void> {
  await jest.advanceTimersByTimeAsync(1_001);
}

it('are written a second later, once a minute for each token at most', async () => {
  const { tokens, uses, clock, id, token } = await watched();
  const began = clock.now();
  for (let second = 0; second <= 60; second++) {
    await tokens.verify(token);
    if (second === 0) expect(uses.marks).toEqual([]);
    await aSecondLater();
    clock.advance(1_000);
  }
  expect(uses.marks).toEqual([[[id, began]], [[id, began + 60_000]]]);
});

it('hold up no verification', async () => {
  const { tokens, uses, token } = await watched();
  let release = () => {};
  uses.write = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  await tokens.verify(token);
  await aSecondLater();
  expect(uses.marks).toHaveLength(1);
  expect(await tokens.verify(token)).not.toBeNull();
  release();
});

it('that can not be written are an event and nothing else', async () => {
  const { tokens, uses, seen, token } = await watched();
  uses.write = () => Promise.reject(new Error('disk full'));
  await tokens.verify(token);
  await aSecondLater();
  expect(seen.filter(({ severity }) => severity !== 'info')).toMatchObject([{ code: 'store.unavailable' }]);
  expect(await tokens.verify(token)).not.toBeNull();
});

it('are not written for a token that is refused', async () => {
  const { tokens, uses, id, token } = await watched();
  await tokens.revoke(id);
  await tokens.verify(token);
  await aSecondLater();
  expect(uses.marks).toEqual([]);
});

it('touch no record: not a byte of its table changes', async () => {
  const { tokens, token } = await watched();
  const db = new Libsql(at('tokens.db'));
  const table = () => JSON.stringify(db.prepare('SELECT * FROM swapproof_token').all());
  const before = table();
  await tokens.verify(token);
  await aSecondLater();
  expect(db.prepare('SELECT count(*) FROM swapproof_token_use').raw().all()).toEqual([[1]]);
  expect(table()).toBe(before);
  db.close();
});
