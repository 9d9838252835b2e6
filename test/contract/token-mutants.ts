/** Stores of service tokens that break their contract, each in one way that somebody has written or would write. */
import { sqliteTokens } from '../../lib/stores/sqlite/index.js';
import { macNamed, secret } from '../../lib/testing/contract/token-steps.js';
import { Redacted } from '../../lib/tokens/redacted.js';
import type { NewToken, RestoreOutcome, Rotation, TokenRecord, TokenStore } from '../../lib/tokens/token-store.js';

export interface TokenMutant {
  readonly what: string;
  /** What each of these asks, the mutant does not do. */
  readonly breaks: RegExp;
  open(path: string): TokenStore;
}

type Changes = (real: TokenStore) => Partial<TokenStore>;

function mutant(what: string, breaks: RegExp, changes: Changes): TokenMutant {
  return {
    what,
    breaks,
    open(path) {
      const real = sqliteTokens(path).open();
      return new Proxy(real, {
        get(_real, name) {
          const found = Reflect.get(changes(real), name) ?? Reflect.get(real, name, real);
          return typeof found === 'function' ? found.bind(real) : found;
        },
      });
    },
  };
}

/** What every column would take, as without the schema's checks: the record is forgiven its fault. */
function mended(token: NewToken): NewToken {
  const sound = { id: 'token001', owner: 'ci', suffix: 'wxyz', expiresAt: 9_000 };
  return { ...token, ...sound, hash: secret('mended'), mac: macNamed('mended') };
}

const withRecord = (change: (record: TokenRecord) => TokenRecord | null): Changes => {
  return (real) => ({
    read: async (...asked) => mapped(await real.read(...asked), change),
    async find(...asked) {
      const found = await real.find(...asked);
      return { ...found, record: mapped(found.record, change) };
    },
  });
};

function mapped(record: TokenRecord | null, change: (record: TokenRecord) => TokenRecord | null) {
  return record && change(record);
}

/** Restores one after another what a restoration of all would. */
async function oneByOne(real: TokenStore, ...[restoration, signal]: Parameters<TokenStore['restore']>) {
  const outcome = {
    restored: [] as RestoreOutcome['restored'][number][],
    unchanged: 0,
    ended: [],
    later: [],
    unproven: [],
  };
  const ids: string[] = [];
  const { which } = restoration;
  for await (const { id } of real.list(null)) ids.push(id);
  for (const id of which.id === undefined ? ids.sort() : [which.id]) {
    const { restored } = await real.restore({ ...restoration, which: { id } }, signal);
    outcome.restored.push(...restored);
  }
  return outcome;
}

export const MUTANTS: readonly TokenMutant[] = [
  mutant(
    'forgets a field',
    /as it was made/,
    withRecord((record) => Object.freeze({ ...record, name: '' })),
  ),
  mutant(
    'takes every hash for one of its own',
    /made here from one that was not|find\(\) finds nothing by/,
    (real) => ({
      find: async (...asked) => ({ ...(await real.find(...asked)), issued: { endedAt: null } }),
    }),
  ),
  mutant(
    'gives out what can be changed',
    /nobody can change/,
    withRecord((record) => ({ ...record })),
  ),
  mutant('takes an id twice', /refuses an id that is there/, () => ({ create: async () => true })),
  mutant(
    'makes good what is wrong',
    /create\(\) refuses (?:an empty|a hash|a MAC|an id that was cut|an end)/,
    (real) => ({
      create: (token, signal) => real.create(mended(token), signal),
    }),
  ),
  mutant('writes what was redacted', /refuse what was redacted/, (real) => ({
    create: (token, signal) =>
      real.create(Object.values(token).some(Redacted.isRedacted) ? mended(token) : token, signal),
  })),
  mutant(
    'forgets the secret before',
    /the previous one/,
    withRecord((record) => Object.freeze({ ...record, previous: null })),
  ),
  mutant('does not tell when a secret ended', /since when/, (real) => ({
    async find(...asked) {
      const found = await real.find(...asked);
      return { ...found, issued: found.issued && { endedAt: null } };
    },
  })),
  mutant('rotates whatever version is there', /a version that is no more|one of many who rotate/, (real) => ({
    async rotate(rotation: Rotation, signal: AbortSignal) {
      for (;;) {
        const record = await real.read(rotation.id, signal);
        if (record === null || (await real.rotate({ ...rotation, version: record.version }, signal))) return true;
      }
    },
  })),
  mutant('rotates what was revoked', /revives no token that was revoked$/, () => ({ rotate: async () => true })),
  mutant('revokes all', /ends one token, or those of one owner|answers none/, (real) => ({
    async revoke(_which, at, signal) {
      const ids: string[] = [];
      for await (const { id } of real.list(null)) ids.push(...(await real.revoke({ id }, at, signal)));
      return ids;
    },
  })),
  mutant('writes last uses backwards', /only forwards|lose neither/, (real) => {
    const last = new Map<string, number>();
    const marked = (record: TokenRecord) => Object.freeze({ ...record, lastUsedAt: last.get(record.id) ?? null });
    return {
      used: async (marks) => {
        for (const [id] of marks) last.set(id, 1);
      },
      read: async (...asked) => mapped(await real.read(...asked), marked),
    };
  }),
  mutant('lists everybody', /the tokens of one owner/, (real) => ({ list: () => real.list(null) })),
  mutant('lists a page only', /goes on where tokens are made/, (real) => ({
    async *list(owner) {
      let count = 0;
      for await (const record of real.list(owner)) if (count++ < 100) yield record;
    },
  })),
  mutant('restores nothing', /goes back to a moment|of one revives it|nothing that is not genuine/, () => ({
    restore: async () => ({ restored: [], unchanged: 1, ended: [], later: [], unproven: [] }),
  })),
  mutant('leaves ended what was ended by mistake', /with includeEnded/, (real) => ({
    restore: (restoration, signal) => real.restore({ ...restoration, includeEnded: false }, signal),
  })),
  mutant('restores those of everybody', /of an owner restores/, (real) => ({
    restore: (restoration, signal) => real.restore({ ...restoration, which: {} }, signal),
  })),
  mutant('writes in a dry run', /only tells with dryRun/, (real) => ({
    restore: (restoration, signal) => real.restore({ ...restoration, dryRun: false }, signal),
  })),
  mutant(
    'brings all back one by one',
    /restores all or nothing|of all revives|leaves alone what was made later|leaves what is/,
    (real) => ({ restore: (...asked) => oneByOne(real, ...asked) }),
  ),
  mutant('renews what was rotated meanwhile, and shows records alone', /renewMacs\(\)/, (real) => ({
    async renewMacs(renewed) {
      for await (const record of real.list(null)) renewed(record, 'record');
      return 0;
    },
    rotate: async () => false,
  })),
];
