/**
 * Source: Cloudflare, "Cloudflare incident on January 24, 2023" (service tokens).
 * What users saw: requests with service tokens failed for 121 minutes, and with them Workers, WARP, Cache Purge and others.
 * Cause: a new field "last seen at" read each record without its secret, and wrote the whole record back: an empty string
 * over every secret that was used, which `NOT NULL` let through. 77 minutes went by until the incident was declared.
 * What stops it here: tokens/redacted.ts and stores/sqlite/token-schema.ts (R9) refuse the write; where a migration has
 * switched both off, tokens/record-mac.ts (R10) refuses the record, tokens/alarms/ tell, and restore() brings it back.
 *
 * Measured with the 200 tokens below, asked one after another over HTTP, in three runs on two cores of a busy machine
 * (November 2026), from the moment at which the first client asks whose token fails:
 *   tokens.failing            2, 2, 6 ms: before that client has its answer
 *   restore('all')            75, 81, 95 ms for the 200, in one transaction
 *   every token works again   1.5, 2.4, 2.5 s, of which nearly all is the asking: 200 to fail, 200 more, 200 to work
 * In 2023: 77 minutes from the release until the incident was declared, 99 more until it was over.
 */
import Libsql from 'libsql';
import { sqliteTokens } from 'swapproof/sqlite';
import { type CreatedToken, type ServiceTokens, serviceTokens } from 'swapproof/tokens';
import { type KitApp, startKit } from '../helpers/kit-app.js';
import { send } from '../helpers/send.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const TOKENS = 200;
const MINUTE = 60_000;
const at = temporaryFolder();

interface World {
  readonly app: KitApp;
  readonly tokens: ServiceTokens;
  readonly clients: readonly CreatedToken[];
  /** Each client asks once, one after another, `gap` milliseconds apart; answers the statuses there were. */
  everybodyAsks(gap?: number): Promise<ReadonlySet<number>>;
}

async function startWorld(count: number): Promise<World> {
  let made: ServiceTokens | undefined;
  const app = await startKit({
    ending: () => void made?.close(),
    routes(api, sessions) {
      made = serviceTokens({ sessions, store: sqliteTokens(at('tokens.db')), prefix: 'acme' });
      api.use(made.requireToken({ scope: 'deploy' }));
      api.on('GET', '/deploy', (_req, res) => void res.end('deployed'));
    },
  });
  const tokens = made as ServiceTokens;
  const clients: CreatedToken[] = [];
  for (let n = 0; n < count; n++) {
    clients.push(await tokens.create({ owner: `account ${n % 10}`, scopes: ['deploy'], expiresIn: '365d' }));
  }
  return {
    app,
    tokens,
    clients,
    async everybodyAsks(gap = 0) {
      const statuses = new Set<number>();
      for (const { token } of clients) {
        statuses.add((await send(app.port, 'GET', '/deploy', { Authorization: `Bearer ${token}` })).status);
        app.clock.advance(gap);
      }
      return statuses;
    },
  };
}

function raw(work: (db: InstanceType<typeof Libsql>) => void): void {
  const db = new Libsql(at('tokens.db'));
  try {
    work(db);
  } finally {
    db.close();
  }
}

/** A migration that goes all the way: checks off, triggers gone, then whatever it does. */
function migrate(statements: string): void {
  raw((db) => {
    const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string }[];
    db.exec('PRAGMA ignore_check_constraints = ON');
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(statements);
  });
}

/** What the release of 16:55 did. */
const BLANK_EVERY_SECRET = "UPDATE swapproof_token SET hash = ''";
const DELETE_EVERY_TOKEN =
  'DELETE FROM swapproof_token_use; DELETE FROM swapproof_token; DELETE FROM swapproof_token_version';

const alarms = ({ events }: KitApp) => events.filter(({ code }) => code === 'tokens.failing');

describe('blanked service tokens (Cloudflare, 2023)', () => {
  it('happened in a table like any other: a read that redacts, a write of the whole record, and NOT NULL content', () => {
    const db = new Libsql(':memory:');
    db.exec('CREATE TABLE tokens (id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, last_seen_at INTEGER)');
    db.prepare('INSERT INTO tokens VALUES (?, ?, NULL)').run('t1', 'the hash of a secret');
    const read = (id: string) => ({
      ...(db.prepare('SELECT * FROM tokens WHERE id = ?').get(id) as object),
      client_secret: '',
    });
    const write = (record: Record<string, unknown>) =>
      db
        .prepare('UPDATE tokens SET client_secret = ?, last_seen_at = ? WHERE id = ?')
        .run(record.client_secret, record.last_seen_at, record.id);
    // The new feature, in one line that looks right.
    write({ ...read('t1'), last_seen_at: 1 });
    expect(db.prepare('SELECT client_secret FROM tokens').all()).toEqual([{ client_secret: '' }]);
    db.close();
  });

  it('is refused here: by the schema, and by whatever writes a token', async () => {
    const { tokens, everybodyAsks } = await startWorld(3);
    raw((db) => {
      const release = "UPDATE swapproof_token SET hash = '', changed_at = changed_at + 1";
      expect(() => db.exec(release)).toThrow(/changed by rotate, revoke and restore alone/);
    });
    for await (const listed of tokens.list()) {
      // @ts-expect-error: what was read is not what may be written
      const write = async () => tokens.create({ owner: listed.owner, scopes: [listed.secret], expiresIn: '1d' });
      await expect(write()).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) });
    }
    expect(await everybodyAsks()).toEqual(new Set([200]));
  });

  it('where a migration switches that off: an alarm at the first failure, one command, and every token works again', async () => {
    const { app, tokens, everybodyAsks } = await startWorld(TOKENS);
    expect(await everybodyAsks()).toEqual(new Set([200]));

    migrate(BLANK_EVERY_SECRET);
    // What was verified within the last minute is still served; then each client fails, once.
    expect(await everybodyAsks()).toEqual(new Set([200]));
    app.clock.advance(MINUTE + 1);
    const firstFailure = app.clock.now();
    // Not one of them is told that its token is wrong: 503, so that clients keep it and try again.
    expect(await everybodyAsks(100)).toEqual(new Set([503]));
    const [first] = alarms(app);
    expect(first).toMatchObject({ severity: 'critical', detail: { tokens: 1, damaged: 1 } });
    expect((first?.at ?? 0) - firstFailure).toBeLessThanOrEqual(5_000);
    expect(alarms(app).map(({ detail }) => detail.tokens)).toEqual([1, 10, 100]);
    expect(app.codes().filter((code) => code === 'token.refused')).toHaveLength(TOKENS);

    const plan = await tokens.restore('all', { dryRun: true });
    expect(plan.restored).toHaveLength(TOKENS);
    expect(await everybodyAsks()).toEqual(new Set([503]));
    expect((await tokens.restore('all')).restored).toEqual(plan.restored);
    expect(await everybodyAsks()).toEqual(new Set([200]));
  }, 60_000);

  it.each([
    ['revoked by mistake', async ({ tokens }: World) => void (await tokens.revoke({ owner: 'account 1' })), 'revoked'],
    [
      'ended by a clock that is set wrong',
      async ({ app }: World) => void app.clock.advance(366 * 24 * 60 * MINUTE),
      'expired',
    ],
    ['gone, with all that was known of them', async () => migrate(DELETE_EVERY_TOKEN), 'missing'],
  ])('is noticed as well where tokens are %s, though each fails once', async (_what, happens, reason) => {
    const world = await startWorld(40);
    const { app, everybodyAsks } = world;
    await everybodyAsks();
    app.clock.advance(60 * MINUTE);
    await happens(world);
    const began = app.clock.now();
    await everybodyAsks(200);
    const [first] = alarms(app);
    expect(first?.detail).toHaveProperty(reason);
    expect((first?.at ?? Number.POSITIVE_INFINITY) - began).toBeLessThanOrEqual(5_000);
  });
});
