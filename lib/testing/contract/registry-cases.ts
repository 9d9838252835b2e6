/** The list of sessions: rows and their names. The rules are those of session/registry-port.ts. */
import { type ContractCase, refuses, same } from './contract-case.js';
import { row } from './samples.js';

const WRONG_ROW = 'whoever is shown the row of somebody else sees, or ends, their session (Wyze, February 2024)';
const BLANK = 'Cloudflare, January 2023: a write of redacted records blanked every service token';
const TAKEOVER = 'whoever gets the root of a session that is there has taken it over';
const UNKNOWN = ['', 'r2', '__proto__', 'constructor', '%', "' OR 1=1 --"];

const naming: readonly ContractCase[] = [
  {
    asks: 'find() finds a row by root, id and hash, as it was added',
    because: WRONG_ROW,
    async run(steps) {
      const added = row('r1', { id: 'r1.a', userAgent: '', address: '' });
      await steps.add(added, 'hash of r1.a');
      for (const name of ['r1', 'r1.a', 'hash of r1.a']) same(await steps.find(name), added);
    },
  },
  {
    asks: 'rename() keeps whether a session is remembered',
    because: 'its user would be logged out hours later, or never',
    async run(steps) {
      await steps.add(row('r1', { remembered: true }), 'h1');
      await steps.rename('r1', 'r1.a', 'h2', 'mac 2');
      same(await steps.find('r1'), row('r1', { id: 'r1.a', mac: 'mac 2', remembered: true }));
    },
  },
  {
    asks: 'find() gives back the proof of the hash that found the row, and none for an id',
    because: `only the proof tells that a hash is this row's: ${WRONG_ROW}`,
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await steps.rename('r1', 'r1.a', 'h2', 'mac 2');
      const proofs = ['r1', 'h1', 'r1.a', 'h2'].map(async (name) => (await steps.foundBy(name))?.proof);
      same(await Promise.all(proofs), [null, 'proof of h1', null, 'proof of h2']);
    },
  },
  ...UNKNOWN.map(
    (name): ContractCase => ({
      asks: `find() finds nothing by ${JSON.stringify(name)}`,
      because: WRONG_ROW,
      async run(steps) {
        await steps.add(row('r1'), 'h1');
        same(await steps.find(name), null);
      },
    }),
  ),
  {
    asks: 'find() finds a renamed row by all its ids and their hashes',
    because: 'a revocation by the hash in an older event would find nothing to revoke',
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await steps.rename('r1', 'r1.a', 'h2', 'mac 2');
      await steps.rename('r1', 'r1.b', 'h3', 'mac 3');
      const renamed = row('r1', { id: 'r1.b', mac: 'mac 3' });
      for (const name of ['r1', 'h1', 'r1.a', 'h2', 'r1.b', 'h3']) same(await steps.find(name), renamed);
    },
  },
  {
    asks: 'find() gives out rows that nobody can change',
    because: 'what one request changes in a shared object, another one sees (GitHub, March 2021)',
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      same(Object.isFrozen(await steps.find('r1')), true);
    },
  },
];

const refusing: readonly ContractCase[] = [
  {
    asks: 'add() refuses a root that is there already, and keeps the row that was there',
    because: TAKEOVER,
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await refuses(steps.add(row('r1', { subject: 'u2' }), 'h2'), 'ERR_STORE_UNAVAILABLE');
      same([await steps.find('r1'), await steps.find('h2'), await steps.rootsOf('u2')], [row('r1'), null, []]);
    },
  },
  ...(['root', 'id', 'subject', 'mac'] as const).map(
    (field): ContractCase => ({
      asks: `add() refuses an empty ${field}`,
      because: BLANK,
      async run(steps) {
        await refuses(steps.add({ ...row('r1'), [field]: '' }, 'h1'), 'ERR_STORE_UNAVAILABLE');
        same(await steps.find('r1'), null);
      },
    }),
  ),
  {
    asks: 'rename() refuses to empty an id or a MAC',
    because: BLANK,
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await refuses(steps.rename('r1', '', 'h2', 'm2'), 'ERR_STORE_UNAVAILABLE');
      await refuses(steps.rename('r1', 'r1.b', 'h2', ''), 'ERR_STORE_UNAVAILABLE');
      same(await steps.find('r1'), row('r1'));
    },
  },
  {
    asks: 'rename(), seen() and remove() leave unknown roots alone',
    because: 'a slow request writes back what a logout had removed (express-session #632, connect-redis #328)',
    async run(steps) {
      await steps.rename('r9', 'r9.a', 'h9', 'mac 9');
      await steps.store.registry.seen(new Map([['r9', 5_000]]));
      for (const name of ['r9', 'r9.a', 'h9']) same(await steps.find(name), null);
      await steps.store.registry.remove('r9');
      same(await steps.find('r9'), null);
    },
  },
];

export const REGISTRY_CASES: readonly ContractCase[] = [...naming, ...refusing];
