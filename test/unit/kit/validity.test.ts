/** R7 through the kit: after a revocation has resolved, no request is admitted, and no slow one revives anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from '../../../lib/session/ids.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { deferred } from '../../helpers/deferred.js';
import { type App, type Kit, parameter, startKit } from '../../helpers/kit-app.js';
import { cookiesSet } from '../../helpers/kit-browser.js';

const folder = mkdtempSync(join(tmpdir(), 'swapproof-kit-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const stores = {
  memory: () => ({}),
  // SQLite's lease is compared with real time: a process that stands still would be confirmed for ever.
  sqlite: () => ({ store: sqlite(join(folder, `${++files}.db`)), clock: undefined }),
};

describe.each(Object.keys(stores) as (keyof typeof stores)[])('%s', (kind) => {
  const start = (routes?: (app: App, sessions: Kit) => void) =>
    startKit({ options: stores[kind](), ...(routes && { routes }) });

  async function devices() {
    const app = await start();
    const [phone, laptop, bob] = [app.browser(), app.browser(), app.browser()];
    await phone.login('alice');
    await laptop.login('alice');
    await bob.login('bob');
    const id = async (browser: typeof phone) => (await browser.me()).id ?? '';
    const active = async () => Promise.all([phone, laptop, bob].map(async (browser) => (await browser.me()).active));
    return { app, phone, laptop, bob, id, active };
  }

  it('revoke.subject ends all of the subject and nobody else', async () => {
    const { app, active, phone } = await devices();
    await app.sessions.revoke.subject('alice');
    expect(await active()).toEqual([false, false, true]);
    expect((await phone.me()).inactiveBecause).toBe('revoked');
    expect((await phone.get('/sessions/whoami')).status).toBe(401);
  });

  it.each(['id', 'hash'])('revoke.subject spares what it excepts by %s', async (by) => {
    const { app, active, phone, id } = await devices();
    const except = by === 'id' ? await id(phone) : hashOf(await id(phone));
    await app.sessions.revoke.subject('alice', { except });
    expect(await active()).toEqual([true, false, true]);
  });

  it('revoke.session ends one, by id or hash, also one whose id is an earlier one', async () => {
    const { app, active, phone, laptop, id } = await devices();
    expect(await app.sessions.revoke.session(await id(phone))).toBe(true);
    expect(await active()).toEqual([false, true, true]);
    expect(await app.sessions.revoke.session(hashOf(await id(laptop)))).toBe(true);
    expect(await active()).toEqual([false, false, true]);
  });

  it("revoke.session of another subject's session does nothing", async () => {
    const { app, active, bob, id } = await devices();
    expect(await app.sessions.revoke.session(await id(bob), { of: 'alice' })).toBe(false);
    expect(await active()).toEqual([true, true, true]);
    expect(await app.sessions.revoke.session(await id(bob), { of: 'bob' })).toBe(true);
    expect(await active()).toEqual([true, true, false]);
  });

  it('revoke.sessions ends the listed ones, and lists what it did not know', async () => {
    const { app, active, phone, bob, id } = await devices();
    const stranger = hashOf('nobody');
    const answer = await app.sessions.revoke.sessions([await id(phone), hashOf(await id(bob)), stranger]);
    expect(answer).toEqual({ revoked: 2, unknown: [stranger] });
    expect(await active()).toEqual([false, true, false]);
  });

  it('revoke.everyone ends all, and new logins hold', async () => {
    const { app, active, phone } = await devices();
    await app.sessions.revoke.everyone();
    expect(await active()).toEqual([false, false, false]);
    await phone.login('alice');
    expect(await active()).toEqual([true, false, false]);
  });

  it('a login right after a revocation is not covered by it', async () => {
    const { app, phone } = await devices();
    await app.sessions.revoke.subject('alice');
    await phone.login('alice');
    expect((await phone.me()).subject).toBe('alice');
  });

  const writes = {
    start: (session: ReturnType<Kit['of']>) => session.start('alice'),
    issueToken: (session: ReturnType<Kit['of']>) => session.issueToken('alice'),
    update: (session: ReturnType<Kit['of']>) => session.update({ a: 1 }),
    regenerate: (session: ReturnType<Kit['of']>) => session.regenerate(),
    reauthenticated: (session: ReturnType<Kit['of']>) => session.reauthenticated('alice'),
  };
  const revocations = {
    subject: (sessions: Kit) => sessions.revoke.subject('alice'),
    everyone: (sessions: Kit) => sessions.revoke.everyone(),
    session: (sessions: Kit, id: string) => sessions.revoke.session(id),
  };

  it.each(
    (Object.keys(writes) as (keyof typeof writes)[]).flatMap((write) =>
      (Object.keys(revocations) as (keyof typeof revocations)[])
        // A new session is not the one that was revoked by its id.
        .filter((revocation) => !['start', 'issueToken'].includes(write) || revocation !== 'session')
        .map((revocation) => [write, revocation] as const),
    ),
  )('%s() held while revoke.%s resolves revives nothing', async (write, revocation) => {
    const arrived = deferred<void>();
    const held = deferred<void>();
    const app = await start((routes, sessions) =>
      routes.on('POST', '/held', async (req, res) => {
        arrived.resolve();
        await held.promise;
        await writes[write](sessions.of(req));
        res.end();
      }),
    );
    const alice = app.browser();
    await alice.login('alice');
    const { id } = await alice.me();
    const slow = alice.post('/held');
    await arrived.promise;
    await revocations[revocation](app.sessions, id ?? '');
    held.resolve();
    const answer = await slow;
    expect([answer.status, answer.body]).toEqual([403, 'ERR_REVOKED_DURING_LOGIN']);
    expect(answer.setCookies.filter((line) => line.startsWith(app.names.session))).toEqual([]);
    expect((await alice.me()).active).toBe(false);
  });

  it('of two cookies after regenerate() only the new one is admitted', async () => {
    const app = await start((routes, sessions) =>
      routes.on('POST', '/regenerate', async (req, res) => {
        await sessions.of(req).regenerate();
        res.end();
      }),
    );
    const alice = app.browser();
    await alice.login('alice');
    const before = alice.cookie(alice.held);
    await alice.post('/regenerate');
    expect(await alice.me()).toMatchObject({ active: true, subject: 'alice' });
    expect((await alice.me({ cookie: before })).inactiveBecause).toBe('revoked');
    const revoked = (await alice.me()).id?.split('.', 1)[0] ?? '';
    await app.sessions.revoke.session(revoked);
    expect((await alice.me()).active).toBe(false);
  });

  it('an update keeps the id, and an older cookie opens with its older data', async () => {
    const app = await start((routes, sessions) =>
      routes.on('POST', '/update', async (req, res) => {
        await sessions.of(req).update({ step: Number(parameter(req, 'step')) });
        res.end();
      }),
    );
    const alice = app.browser();
    await alice.login('alice');
    await alice.post('/update?step=1');
    const older = alice.cookie(alice.held);
    await alice.post('/update?step=2');
    expect((await alice.me()).data).toEqual({ step: 2 });
    expect((await alice.me({ cookie: older })).data).toEqual({ step: 1 });
    await alice.post('/logout');
    expect((await alice.me({ cookie: older })).active).toBe(false);
  });

  it('start() over a live session ends that one', async () => {
    const app = await start();
    const browser = app.browser();
    await browser.login('alice');
    const before = browser.cookie(browser.held);
    await browser.login('bob');
    expect((await browser.me()).subject).toBe('bob');
    expect((await browser.me({ cookie: before })).inactiveBecause).toBe('revoked');
  });

  it('revocations that a request makes itself move the birth of what it starts', async () => {
    const app = await start((routes, sessions) =>
      routes.on('POST', '/only-here', async (req, res) => {
        await sessions.revoke.subject('alice');
        await sessions.of(req).start('alice');
        res.end();
      }),
    );
    const [phone, laptop] = [app.browser(), app.browser()];
    await phone.login('alice');
    await laptop.login('alice');
    expect((await phone.post('/only-here')).status).toBe(200);
    expect([(await phone.me()).active, (await laptop.me()).active]).toEqual([true, false]);
  });

  it('a request that was admitted before a revocation may finish, without any cookie of the session', async () => {
    const arrived = deferred<void>();
    const held = deferred<void>();
    const app = await start((routes, sessions) =>
      routes.on('POST', '/read', async (req, res) => {
        arrived.resolve();
        await held.promise;
        res.end(sessions.of(req).subject);
      }),
    );
    const alice = app.browser();
    await alice.login('alice');
    const slow = alice.post('/read');
    await arrived.promise;
    await app.sessions.revoke.subject('alice');
    held.resolve();
    const answer = await slow;
    expect(Object.keys(cookiesSet(answer))).not.toContain(app.names.session);
    expect((await alice.me()).active).toBe(false);
  });

  it('a logout is repeatable, and works with an expired session', async () => {
    const clock = fakeClock(Date.now());
    const app = await startKit({
      clock,
      options:
        kind === 'memory' ? {} : { ...stores.sqlite(), clock: { now: clock.now, elapsed: () => performance.now() } },
    });
    const alice = app.browser();
    await alice.login('alice');
    const cookie = alice.cookie(alice.held);
    clock.advance(20 * 24 * 3_600_000);
    expect((await alice.me()).inactiveBecause).toBe('expired');
    for (let time = 0; time < 3; time++) {
      const answer = await alice.post('/logout', { cookie });
      expect([answer.status, cookiesSet(answer)[app.names.session]]).toEqual([200, '']);
    }
    expect((await app.browser().post('/logout')).status).toBe(200);
  });

  it('list() shows the live sessions of one subject, and which one asks', async () => {
    const app = await start((routes, sessions) =>
      routes.on('GET', '/devices', async (_req, res) => {
        const rows = [];
        for await (const row of sessions.list('alice')) rows.push(row);
        res.end(JSON.stringify(rows));
      }),
    );
    const [phone, laptop, bob] = [app.browser(), app.browser(), app.browser()];
    await phone.login('alice', { headers: { 'user-agent': 'phone' } });
    await laptop.login('alice', { headers: { 'user-agent': 'laptop' } });
    await bob.login('bob');
    const rows = JSON.parse((await phone.get('/devices')).body) as {
      id: string;
      userAgent: string;
      current: boolean;
    }[];
    expect(Object.fromEntries(rows.map(({ userAgent, current }) => [userAgent, current]))).toEqual({
      phone: true,
      laptop: false,
    });
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual([
      'address',
      'createdAt',
      'current',
      'expiresAt',
      'id',
      'lastSeenAt',
      'userAgent',
    ]);
    expect((JSON.parse((await bob.get('/devices')).body) as typeof rows).some(({ current }) => current)).toBe(false);
    await laptop.post('/logout');
    expect(JSON.parse((await phone.get('/devices')).body)).toHaveLength(1);
  });

  it('identity() is cached, and fresh after refreshIdentity()', async () => {
    let loads = 0;
    const app = await startKit({
      options: { ...stores[kind](), identity: (id) => ({ id, load: ++loads }) },
      routes: (routes, sessions) =>
        routes.on('GET', '/identity', async (req, res) => res.end(JSON.stringify(await sessions.of(req).identity()))),
    });
    const alice = app.browser();
    await alice.login('alice');
    const load = async () => (JSON.parse((await alice.get('/identity')).body) as { load: number } | null)?.load;
    expect([await load(), await load()]).toEqual([1, 1]);
    await app.sessions.refreshIdentity('bob');
    expect(await load()).toBe(1);
    await app.sessions.refreshIdentity('alice');
    expect(await load()).toBe(2);
    expect(JSON.parse((await app.browser().get('/identity')).body)).toBeNull();
  });
});

it('one subject starts at most a hundred sessions an hour', async () => {
  const app = await startKit();
  const alice = app.browser();
  for (let time = 0; time < 100; time++) await alice.login('alice');
  const answer = await alice.post('/login?as=alice');
  expect([answer.status, answer.body]).toEqual([429, 'ERR_TOO_MANY_SESSIONS']);
  expect((await alice.me()).subject).toBe('alice');
  await app.browser().login('bob');
  app.clock.advance(3_600_000);
  await alice.login('alice');
});
