/** What becomes of each token that is looked up: the answer, and what the alarms are told. */
import Libsql from 'libsql';
import { servicesOf } from '../../../lib/session/kit-seam.js';
import { sqliteTokens } from '../../../lib/stores/sqlite/index.js';
import type { Sighting } from '../../../lib/tokens/alarms/sighting.js';
import { hashOfToken, TokenForm } from '../../../lib/tokens/token-text.js';
import { Verifier } from '../../../lib/tokens/verifier.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { rejectionOf } from '../../helpers/thrown.js';
import { DAY, DEPLOY, tokenKits } from '../../helpers/token-kit.js';

const at = temporaryFolder();
const kits = tokenKits();
const form = new TokenForm('acme');

/** A token, and what a verifier of its own sees of it. */
async function looking() {
  const kit = kits(at('tokens.db'));
  const services = servicesOf(kit.sessions, 'sessions');
  const store = sqliteTokens(at('tokens.db')).open();
  const seen: Sighting[] = [];
  const verifier = new Verifier({ services, store, form, observe: (sighting) => void seen.push(sighting) });
  const created = await kit.tokens.create(DEPLOY);
  const sightings = async (text: string) => {
    const answer = await verifier.look(text).then(
      (verified) => (verified === null ? 'no' : 'yes'),
      () => 'unknowable',
    );
    const [{ credential, ...sighting } = { credential: '' }] = seen.splice(0);
    expect(credential).toBe(hashOfToken(text));
    return [answer, sighting];
  };
  return { ...kit, ...created, sightings, store };
}

function damage(statement: string): void {
  const db = new Libsql(at('tokens.db'));
  db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
  for (const [name] of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").raw().all() as string[][]) {
    db.exec(`DROP TRIGGER ${name}`);
  }
  db.exec(statement);
  db.close();
}

it('a good one', async () => {
  const { sightings, id, token, store } = await looking();
  expect(await sightings(token)).toEqual(['yes', { token: id, outcome: 'valid', since: undefined }]);
  await store.close();
});

it('one that was made up, also for the id of one that is there', async () => {
  const { sightings, id, store } = await looking();
  for (const text of [form.mint(), form.mint(id)]) {
    expect(await sightings(text)).toEqual(['no', { token: null, outcome: 'unknown', since: undefined }]);
  }
  await store.close();
});

it('one that has expired', async () => {
  const { sightings, id, token, expiresAt, clock, store } = await looking();
  clock.advance(90 * DAY);
  expect(await sightings(token)).toEqual(['no', { token: id, outcome: 'expired', since: expiresAt }]);
  await store.close();
});

it('one that was revoked', async () => {
  const { sightings, tokens, id, token, clock, store } = await looking();
  const since = clock.now();
  await tokens.revoke(id);
  clock.advance(DAY);
  expect(await sightings(token)).toEqual(['no', { token: id, outcome: 'revoked', since }]);
  await store.close();
});

it('an old secret, within its overlap, after it, and after the next rotation', async () => {
  const { sightings, tokens, id, token, clock, store } = await looking();
  const { previousUntil } = await tokens.rotate(id, { overlap: '1h' });
  expect(await sightings(token)).toEqual(['yes', { token: id, outcome: 'valid', since: undefined }]);
  clock.advance(3_600_000);
  expect(await sightings(token)).toEqual(['no', { token: id, outcome: 'rotated', since: previousUntil }]);
  await tokens.rotate(id, { overlap: 0 });
  expect(await sightings(token)).toEqual(['no', { token: id, outcome: 'rotated', since: previousUntil }]);
  await store.close();
});

it('one whose record is damaged: unknowable, and an alarm, whatever is presented for it', async () => {
  const { sightings, id, token, store } = await looking();
  damage("UPDATE swapproof_token SET hash = ''");
  for (const text of [token, form.mint(id)]) {
    expect(await sightings(text)).toEqual(['unknowable', { token: id, outcome: 'damaged', since: undefined }]);
  }
  await store.close();
});

it('one whose record is gone', async () => {
  const { sightings, id, token, store } = await looking();
  damage('DELETE FROM swapproof_token');
  expect(await sightings(token)).toEqual(['unknowable', { token: id, outcome: 'missing', since: undefined }]);
  expect(await sightings(form.mint(id))).toEqual(['no', { token: null, outcome: 'unknown', since: undefined }]);
  await store.close();
});

it('does the same work for one that is there and one that is not', async () => {
  const { store, sessions, token } = await looking();
  const services = servicesOf(sessions, 'sessions');
  const asked: string[] = [];
  const counting = new Proxy(services.keyring, {
    get(real, name) {
      const found = Reflect.get(real, name, real);
      if (name === 'verify') asked.push('mac');
      return typeof found === 'function' ? found.bind(real) : found;
    },
  });
  const watched = new Proxy(store, {
    get(real, name) {
      asked.push(String(name));
      const found = Reflect.get(real, name, real);
      return typeof found === 'function' ? found.bind(real) : found;
    },
  });
  const verifier = new Verifier({
    services: { ...services, keyring: counting },
    store: watched,
    form,
    observe: () => {},
  });
  const works: string[][] = [];
  for (const text of [token, form.mint(), form.mint(form.lookupIdOf(token))]) {
    await verifier.look(text);
    works.push(asked.splice(0));
  }
  expect(works).toEqual([
    ['find', 'mac'],
    ['find', 'mac'],
    ['find', 'mac'],
  ]);
  expect(await rejectionOf(store.close().then(() => verifier.look(token)))).toMatchObject({ status: 503 });
});
