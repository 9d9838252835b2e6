/** Service tokens on a bad day of the machine: a process that is killed in the middle of a restore, and a full disk. */
import { spawnSync } from 'node:child_process';
import Libsql from 'libsql';
import { DatabaseFile } from '../../lib/stores/sqlite/database-file.js';
import { ensureTokenSchema } from '../../lib/stores/sqlite/token-schema.js';
import { SqliteTokens } from '../../lib/stores/sqlite/tokens.js';
import { type BuiltLibrary, buildLibrary } from '../helpers/built-library.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { rejectionOf } from '../helpers/thrown.js';
import { DEPLOY, tokenKits } from '../helpers/token-kit.js';

const MANY = 200;

const path = temporaryFolder();
const kits = tokenKits();
let library: BuiltLibrary;

beforeAll(() => {
  library = buildLibrary();
});
afterAll(() => library.remove());

function withDatabase<T>(work: (db: InstanceType<typeof Libsql>) => T): T {
  const db = new Libsql(path('tokens.db'));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What a broken migration does: checks off, guards gone, every secret blank. */
function blank(): void {
  withDatabase((db) => {
    db.exec('PRAGMA ignore_check_constraints = ON');
    for (const trigger of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
      db.exec(`DROP TRIGGER ${(trigger as { name: string }).name}`);
    }
    db.exec("UPDATE swapproof_token SET hash = ''");
  });
}

function countBlanks(): unknown {
  const count = "SELECT count(*) FROM swapproof_token WHERE hash = ''";
  return withDatabase((db) => db.prepare(count).raw().get());
}

it.each([0, 1, MANY - 1])(
  'a process killed after %i of its records has restored nothing, and the next one all',
  async (count) => {
    const { tokens } = kits(path('tokens.db'), { maxAge: 1 });
    const made = await Promise.all(Array.from({ length: MANY }, () => tokens.create(DEPLOY)));
    blank();
    const script = library.script('restoring-process.mjs');
    const { signal } = spawnSync(process.execPath, [script, path('tokens.db'), String(count)], { stdio: 'inherit' });
    expect(signal).toBe('SIGKILL');
    expect(countBlanks()).toMatchObject([MANY]);

    const { restored } = await tokens.restore('all');
    expect(restored).toHaveLength(MANY);
    for (const { id, token } of made) expect(await tokens.verify(token)).toMatchObject({ id });
  },
);

it('a full disk: a restore restores nothing and says why, others are admitted, and once there is room all is well', async () => {
  const options = { durability: 'FULL', creates: true, schema: ensureTokenSchema } as const;
  const file = new DatabaseFile(Libsql, path('tokens.db'), options);
  const storage = { name: 'sqlite', open: () => new SqliteTokens(file) };
  const { tokens } = kits(path('tokens.db'), { storage, maxAge: 1 });
  const made = await Promise.all(Array.from({ length: MANY }, () => tokens.create(DEPLOY)));
  blank();
  const late = await tokens.create(DEPLOY);
  const limit = (pages: number) => file.use((connection) => connection.all(`PRAGMA max_page_count = ${pages}`));

  limit(1);
  expect(await rejectionOf(tokens.restore('all'))).toMatchObject({
    code: 'ERR_STORE_UNAVAILABLE',
    message: expect.stringContaining('The disk is full. Make room.'),
  });
  expect(countBlanks()).toMatchObject([MANY]);
  expect(await tokens.verify(late.token)).toMatchObject({ id: late.id });

  limit(1_000_000);
  expect((await tokens.restore('all')).restored).toHaveLength(MANY);
  for (const { id, token } of made) expect(await tokens.verify(token)).toMatchObject({ id });
});
