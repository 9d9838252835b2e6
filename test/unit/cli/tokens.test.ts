/** The command `swapproof tokens`, beside an app that is running on the same file. */
import { existsSync, writeFileSync } from 'node:fs';
import Libsql from 'libsql';
import { runCommandLine } from '../../../lib/cli/commands/program.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { DEPLOY, tokenKits } from '../../helpers/token-kit.js';
import { SECRETS } from '../../helpers/tokens.js';

const at = temporaryFolder();
const kits = tokenKits();
const [NEWEST, OLDER] = SECRETS;
const file = () => at('sessions.db');

/** The app, by a real clock; the database's is the same but for `behind`, in milliseconds. */
const app = (secrets: readonly string[] = [NEWEST], behind = () => 0) =>
  kits(file(), {
    secrets,
    store: sqlite(file()),
    clock: { now: () => Date.now() - behind(), elapsed: () => performance.now(), advance() {} },
  });

async function run(args: readonly string[], environment: Record<string, string> = { SESSION_SECRET: NEWEST }) {
  let [out, err] = ['', ''];
  const code = await runCommandLine(['tokens', ...args], {
    version: '1.2.3',
    stdin: (async function* () {})(),
    environment,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

const on = (command: string, ...more: string[]) => [command, '--database', file(), ...more];
const CREATE = ['--prefix', 'acme', '--owner', 'billing', '--expires-in', '90d'];

/** As a broken migration would. */
function tamper(...statements: readonly string[]): void {
  const db = new Libsql(file());
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string }[];
  const triggers = names.map(({ name }) => `DROP TRIGGER ${name};`).join('');
  db.exec(`PRAGMA ignore_check_constraints = ON; ${triggers} ${statements.join(';')}`);
  db.close();
}

describe('create', () => {
  it('prints the token alone, and the app lets it in', async () => {
    const { tokens } = app();
    const { code, out, err } = await run(
      on('create', ...CREATE, '--scope', 'read', '--scope', 'write', '--name', 'Export'),
    );
    expect([code, out]).toEqual([0, expect.stringMatching(/^acme_[0-9A-Za-z]{36}\n$/)]);
    expect(err).toMatch(/^Token \w{8} of billing, for read write, until 20\d\d-.* UTC\. It is shown this once\.\n$/);
    expect(err).not.toContain(out.trim().slice(13));
    expect(await tokens.verify(out.trim())).toMatchObject({ owner: 'billing', scopes: ['read', 'write'] });
  });

  it('prints JSON where it is asked for', async () => {
    app();
    const { out, err } = await run(on('create', ...CREATE, '--json'));
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      owner: 'billing',
      scopes: [],
      token: expect.any(String),
    });
    expect(err).toBe('');
  });

  it('makes no token that the app could not open', async () => {
    const { tokens } = app();
    await tokens.create(DEPLOY);
    const { code, err } = await run(on('create', ...CREATE), { SESSION_SECRET: OLDER });
    expect([code, err]).toEqual([2, expect.stringContaining('SESSION_SECRET')]);
    expect((await run(on('create', ...CREATE, '--audience', 'other'))).code).toBe(2);
    expect((await run(on('list'))).out.split('\n')).toHaveLength(3);
  });
});

describe('list', () => {
  it('shows all but secrets', async () => {
    const { tokens } = app();
    const { token, id } = await tokens.create({ ...DEPLOY, name: 'Deploys' });
    await tokens.create({ ...DEPLOY, owner: 'other' });
    const { code, out } = await run(on('list', '--owner', 'ci'));
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^ID +ENDS +STATE +OWNER +SCOPES +EXPIRES +LAST USED +NAME$/);
    expect(out.split('\n')[1]).toMatch(new RegExp(`^${id}  ${token.slice(-4)}  active  ci .* UTC  never +Deploys$`));
    expect(out.split('\n')).toHaveLength(3);
    expect(JSON.parse((await run(on('list', '--json'))).out).tokens).toHaveLength(2);
  });

  it('says so where there is none, and where the secret is another', async () => {
    const { tokens } = app();
    expect(await run(on('list'))).toEqual({ code: 0, out: '', err: 'No tokens.\n' });
    await tokens.create(DEPLOY);
    const { out, err } = await run(on('list'), { SESSION_SECRET: OLDER });
    expect(out).toContain('damaged');
    expect(err).toContain('"tokens restore all" can tell');
  });

  it('prints nothing that a terminal would obey', async () => {
    const { tokens } = app();
    await tokens.create({ ...DEPLOY, name: '\u202egpj' });
    expect((await run(on('list'))).out).toContain('?gpj');
  });

  it('nor the ids of a database that was tampered with', async () => {
    const { tokens } = app();
    const { id } = await tokens.create(DEPLOY);
    tamper(`UPDATE swapproof_token SET id = '\u001b[31m'`, `UPDATE swapproof_token_version SET id = '\u001b[31m'`);
    const trusting = on('renew-macs', '--insecure-trust-history');
    for (const args of [on('list'), on('restore', 'all'), on('renew-macs'), trusting]) {
      const { out } = await run(args);
      expect([out.includes('?[31m'), out.includes('\u001b'), out.includes(id)]).toEqual([true, false, false]);
    }
  });
});

describe('rotate and revoke', () => {
  it('gives a new secret, and with an overlap of 0 the app refuses the old one as the command ends', async () => {
    const { tokens } = app();
    const { id, token } = await tokens.create(DEPLOY);
    await tokens.verify(token);
    const kept = await run(on('rotate', id, '--prefix', 'acme'));
    expect(kept.err).toContain('The old secret works for another 24h.');
    expect([await tokens.verify(token), await tokens.verify(kept.out.trim())]).toEqual([
      expect.objectContaining({ id }),
      expect.objectContaining({ id }),
    ]);
    const ended = await run(on('rotate', id, '--prefix', 'acme', '--overlap', '0', '--expires-in', '1d'));
    expect([ended.code, ended.err]).toEqual([0, expect.stringContaining('The old secret is over.')]);
    expect([await tokens.verify(token), await tokens.verify(kept.out.trim())]).toEqual([null, null]);
    expect(await tokens.verify(ended.out.trim())).toMatchObject({ id });
  });

  it('ends one token, or all of an owner: the app refuses them as the command ends', async () => {
    const { tokens } = app();
    const [one, two, other] = await Promise.all(
      ['ci', 'ci', 'other'].map((owner) => tokens.create({ ...DEPLOY, owner })),
    );
    if (!one || !two || !other) throw new Error('no tokens');
    for (const { token } of [one, two, other]) await tokens.verify(token);
    expect(await run(on('revoke', one.id))).toEqual({ code: 0, out: `Revoked: ${one.id}\n`, err: '' });
    expect([await tokens.verify(one.token), await tokens.verify(two.token)]).toEqual([null, expect.anything()]);
    expect((await run(on('revoke', '--owner', 'ci'))).out).toContain(two.id);
    expect([await tokens.verify(two.token), await tokens.verify(other.token)]).toEqual([null, expect.anything()]);
  });

  it('tells the app though its tokens are in a file of their own', async () => {
    const { tokens } = kits(at('tokens.db'), {
      secrets: [NEWEST],
      store: sqlite(file()),
      clock: { now: Date.now, elapsed: () => performance.now(), advance() {} },
    });
    const { id, token } = await tokens.create(DEPLOY);
    expect(await tokens.verify(token)).toMatchObject({ id });
    expect((await run(on('revoke', id, '--tokens-database', at('tokens.db')))).code).toBe(0);
    expect(await tokens.verify(token)).toBeNull();
    expect((await run(on('list', '--tokens-database', at('nonsense.db')))).err).toContain('--tokens-database');
    expect(existsSync(at('nonsense.db'))).toBe(false);
  });

  it('is no success where there is no such token, and needs to be told which', async () => {
    app();
    expect(await run(on('revoke', 'AAAAAAAA'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no such'),
    });
    expect((await run(on('rotate', 'AAAAAAAA', '--prefix', 'acme'))).code).toBe(2);
    expect((await run(on('revoke'))).code).toBe(2);
    expect((await run(on('revoke', 'AAAAAAAA', '--owner', 'ci'))).code).toBe(2);
  });
});

describe('restore', () => {
  it('says what would change, and changes it with --yes', async () => {
    const { tokens } = app();
    const { id, token } = await tokens.create(DEPLOY);
    tamper("UPDATE swapproof_token SET hash = ''");
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    const asked = await run(on('restore', 'all'));
    expect(asked).toMatchObject({ code: 1, err: 'Nothing was done yet: add --yes.\n' });
    expect(asked.out).toMatch(
      new RegExp(`^ID +WHAT CHANGES\n${id}  hash.*\n\n1 would be restored, 0 as they should be\\.\n$`),
    );
    expect((await run(on('restore', 'all', '--dry-run', '--yes'))).code).toBe(0);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    expect((await run(on('restore', 'all', '--yes'))).out).toContain('1 restored, 0 as they should be.');
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it('goes back to a moment, and tells it as JSON', async () => {
    let behind = 60_000;
    const { tokens } = app([NEWEST], () => behind);
    const { id, token } = await tokens.create(DEPLOY);
    const before = new Date(Date.now() - 30_000).toISOString();
    behind = 0;
    await tokens.revoke(id);
    const { out } = await run(on('restore', id, '--at', before, '--yes', '--json'));
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, restored: [{ id }] });
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it('brings back the tokens of an owner who was revoked by mistake, where it is told to', async () => {
    let behind = 60_000;
    const { tokens } = app([NEWEST], () => behind);
    const { id, token } = await tokens.create(DEPLOY);
    const before = new Date(Date.now() - 30_000).toISOString();
    behind = 0;
    await tokens.revoke({ owner: 'ci' });
    const wanted = on('restore', '--owner', 'ci', '--at', before);
    expect((await run([...wanted, '--yes'])).out).toContain(`Ended on purpose since then, and left so: ${id}`);
    const asked = await run([...wanted, '--include-ended', '--dry-run']);
    expect(asked.out).toMatch(new RegExp(`^${id}  revoked_at$`, 'm'));
    expect(asked.out).toContain(`Ended on purpose since then, and would be brought back to life: ${id}`);
    expect(await tokens.verify(token)).toBeNull();
    expect((await run([...wanted, '--include-ended', '--yes'])).out).toContain(`and brought back to life: ${id}`);
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it.each([
    [[], 'Give all, the id of a token, or --owner'],
    [['all', '--owner', 'ci'], 'Give all, the id of a token, or --owner'],
    [['all', '--include-ended'], 'with at: a moment before they were ended'],
    [['--owner', 'nobody'], 'there has never been a service token of this owner'],
  ])('refuses %p', async (args, why) => {
    const { tokens } = app();
    await tokens.create(DEPLOY);
    expect(await run(on('restore', ...args))).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) });
  });

  it('fails where the history can not be proven, and leaves it', async () => {
    const { tokens } = app();
    const { id, token } = await tokens.create(DEPLOY);
    const { code, out } = await run(on('restore', 'all', '--yes'), { SESSION_SECRET: OLDER });
    expect([code, out]).toEqual([
      1,
      expect.stringContaining(`Not genuine in the history either, and left as they are: ${id}`),
    ]);
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it.each([
    ['yesterday', 'zone'],
    ['2026-11-25T16:55', 'zone'],
    ['2026-02-31T25:00Z', 'zone'],
    ['2026-02-30T10:00Z', 'zone'],
    ['2126-11-25T16:55Z', 'still to come'],
  ])('refuses the time %s', async (time, why) => {
    app();
    expect(await run(on('restore', 'all', '--at', time))).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });
});

describe('renew-macs', () => {
  it('lets an old secret be taken away', async () => {
    const before = app([OLDER]);
    const { id, token } = await before.tokens.create(DEPLOY);
    const both = { SESSION_SECRET: NEWEST, SESSION_SECRET_OLD: OLDER };
    expect(await run(on('renew-macs'), both)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d MACs were renewed/),
    });
    expect(await app().tokens.verify(token)).toMatchObject({ id });
  });

  it('says what is not genuine, and believes it only by name and with --yes', async () => {
    const { id, token } = await app([OLDER]).tokens.create(DEPLOY);
    const plain = await run(on('renew-macs'));
    expect(plain).toMatchObject({
      code: 1,
      out: expect.stringContaining(id),
      err: expect.stringContaining('restore all'),
    });
    const asked = await run(on('renew-macs', '--insecure-trust-history'));
    expect(asked).toMatchObject({
      code: 1,
      out: expect.stringContaining(id),
      err: expect.stringContaining('add --yes'),
    });
    const now = app();
    await expect(now.tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    expect((await run(on('renew-macs', '--insecure-trust-history', '--yes'))).code).toBe(0);
    expect(await now.tokens.verify(token)).toMatchObject({ id });
  });
});

it('renew-macs has nothing to believe where all are genuine', async () => {
  const { tokens } = app();
  await tokens.create(DEPLOY);
  const { code, err } = await run(on('renew-macs', '--insecure-trust-history'));
  expect([code, err]).toEqual([0, expect.stringContaining('renew-macs alone')]);
});

describe('what can not work', () => {
  it('is said without the token that was pasted in place of its id', async () => {
    const { tokens } = app();
    const { id, token } = await tokens.create(DEPLOY);
    for (const command of ['revoke', 'restore', 'rotate']) {
      const { code, out, err } = await run(on(command, token, ...(command === 'rotate' ? ['--prefix', 'acme'] : [])));
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(`its id is ${id}`);
      expect(err).not.toContain(token.slice(13));
    }
  });

  it('makes no file of a mistyped name', async () => {
    const { code, err } = await run(['list', '--database', at('nonsense.db')]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^swapproof: There is no file .* --database /)]);
    expect(existsSync(at('nonsense.db'))).toBe(false);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no secret', [], {}, 'SESSION_SECRET is not set'],
    ['a weak secret', [], { SESSION_SECRET: 'short' }, 'ERR_SECRET_WEAK'],
    ['a bare number', ['create', '--prefix', 'acme', '--owner', 'a', '--expires-in', '90'], {}, 'with a unit'],
    ['no end', ['create', '--prefix', 'acme', '--owner', 'a'], {}, '--expires-in'],
    ['no prefix', ['create', '--owner', 'a', '--expires-in', '9d'], {}, '--prefix'],
    ['an end too late', ['create', ...CREATE.slice(0, 5), '900d'], { SESSION_SECRET: NEWEST }, '400d'],
    ['an unknown command', ['lst'], {}, 'Did you mean list?'],
  ])('says what to do: %s', async (_what, args, environment, hint) => {
    app();
    const [command = 'list', ...more] = args;
    const { code, out, err } = await run(command === 'lst' ? ['lst'] : on(command, ...more), environment);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(hint);
    expect(err).not.toContain('    at ');
  });

  it('is a file of something else', async () => {
    writeFileSync(at('text.db'), 'hello\n'.repeat(1_000));
    const { code, err } = await run(['list', '--database', at('text.db')]);
    expect([code, err]).toEqual([2, expect.stringContaining('no SQLite database')]);
  });
});

it('has an example for each of its commands', async () => {
  const { out } = await run(['--help']);
  const commands = [...out.matchAll(/^ {2}(create|list|rotate|revoke|restore|renew-macs) /gm)].map(([, name]) => name);
  expect(commands).toHaveLength(6);
  for (const name of commands)
    expect((await run([`${name}`, '--help'])).out).toContain(`$ npx swapproof tokens ${name}`);
});
