/** R7 for stored values: a request that was admitted before a revocation writes and reads nothing after it. */

import type { StoredStore } from '../../../lib/session/stored-port.js';
import { memory } from '../../../lib/stores/memory.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import type { StoreFaults } from '../../../lib/testing/faults/faulty-store.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { Gate } from '../../helpers/gate.js';
import type { Kit, KitApp } from '../../helpers/kit-app.js';
import type { KitBrowser } from '../../helpers/kit-browser.js';
import { ask, setting, startStoredApp } from '../../helpers/stored-app.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const path = temporaryFolder();
const STORES = { memory: () => memory(), sqlite: () => sqlite(path('s.db')) };

interface Ending {
  readonly app: KitApp;
  readonly sessions: Kit;
  readonly alice: KitBrowser;
  /** As the session was when the held request began. */
  readonly id: string;
}

const ENDINGS: Record<string, (ending: Ending) => Promise<unknown>> = {
  'revoke.session()': ({ sessions, id }) => sessions.revoke.session(id),
  'revoke.sessions()': ({ sessions, id }) => sessions.revoke.sessions([id]),
  'revoke.subject()': ({ sessions }) => sessions.revoke.subject('alice'),
  'revoke.everyone()': ({ sessions }) => sessions.revoke.everyone(),
  'a logout': ({ alice }) => alice.post('/logout'),
  'another login': ({ alice }) => alice.login('bob'),
  'regenerate()': ({ alice }) => alice.post('/renew'),
};

async function started(store: keyof typeof STORES) {
  const faulty = faultyMemory(STORES[store]());
  const { faults } = faulty;
  const app = await startStoredApp({
    options: { store: faulty, requestDeadline: '1h' },
    routes: (routes, sessions) =>
      routes.on('POST', '/renew', async (req, res) => {
        await sessions.of(req).regenerate();
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await ask(alice, 'GET', setting('cart', 'before'));
  return { app, faults, alice };
}

/** Holds the next call of a step just before the store sees it. */
function holding({ stored }: StoreFaults, step: keyof StoredStore): Gate {
  const gate = new Gate();
  Object.assign(stored, {
    [step]: async (real: () => unknown) => {
      stored[step] = undefined;
      await gate.wait();
      return real();
    },
  });
  return gate;
}

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('on %s', (store) => {
  it.each(Object.keys(ENDINGS))('a write that is late after %s is refused', async (kind) => {
    const { app, faults, alice } = await started(store);
    const id = (await alice.me()).id ?? '';
    const cookie = alice.cookie(alice.held);
    const gate = holding(faults, 'set');
    const late = alice.get(setting('cart', 'late'), { cookie });
    await gate.reached;
    await ENDINGS[kind]?.({ app, sessions: app.sessions, alice, id });
    gate.open();
    const { status, body } = await late;
    expect([status, body]).toEqual([401, 'ERR_NO_SESSION']);
    // Where the session lives on under another id, or its subject logs in again, nothing of the late write is there.
    await alice.login('alice');
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('undefined');
  });

  it.each(['get', 'take', 'delete'] as const)('a late %s is refused as well', async (step) => {
    const { app, faults, alice } = await started(store);
    const gate = holding(faults, step);
    const late = ask(alice, 'GET', `/${step}?key=cart`);
    await gate.reached;
    await app.sessions.revoke.subject('alice');
    gate.open();
    expect(await late).toBe('401 ERR_NO_SESSION');
  });

  it('regenerate() leaves what was written before it, and nothing of a late write', async () => {
    const { faults, alice } = await started(store);
    const cookie = alice.cookie(alice.held);
    const gate = holding(faults, 'set');
    const late = alice.get(setting('cart', 'late'), { cookie });
    await gate.reached;
    await alice.post('/renew');
    gate.open();
    expect((await late).body).toBe('ERR_NO_SESSION');
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('"before"');
  });

  it('revoking a subject except one leaves that one its values', async () => {
    const { app, alice } = await started(store);
    const phone = app.browser();
    await phone.login('alice');
    await app.sessions.revoke.subject('alice', { except: (await alice.me()).id });
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('"before"');
    expect((await phone.me()).active).toBe(false);
  });

  it('whoever logs in while a subject is being revoked has both, session and values, or neither', async () => {
    const gate = new Gate();
    const faulty = faultyMemory(STORES[store]());
    faulty.faults.registry.list = async function* (real) {
      await gate.wait();
      yield* real();
    };
    const app = await startStoredApp({ options: { store: faulty } });
    const alice = app.browser();
    const revoking = app.sessions.revoke.subject('alice');
    await gate.reached;
    await alice.login('alice');
    gate.open();
    await revoking;
    const { active } = await alice.me();
    expect((await ask(alice, 'GET', setting('cart', 1))) === 'set').toBe(active);
  });
});
