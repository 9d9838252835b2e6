/** Sessions that express-session has made become the kit's: nobody is logged out, nobody is in two at once. */
import type { SwapproofOptions } from '../../../lib/options.js';
import { memory } from '../../../lib/stores/memory.js';
import type { OpenStore } from '../../../lib/stores/store.js';
import { deferred } from '../../helpers/deferred.js';
import { Gate } from '../../helpers/gate.js';
import { type App, type Kit, type KitApp, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, type KitBrowser, PACKED } from '../../helpers/kit-browser.js';
import { type OldApp, type OldAppSetting, type OldData, oldApp } from '../../helpers/old-sessions.js';

const SID = 'connect.sid';
const MINUTE = 60_000;
const DAY = 86_400_000;

interface Moving extends OldAppSetting {
  readonly options?: Partial<SwapproofOptions>;
  readonly adopt?: Parameters<OldApp['adoption']>[0];
  routes?(app: App, sessions: Kit): void;
}

/** The old app and the kit that takes its place. */
async function moving({ options, adopt, routes, ...setting }: Moving = {}) {
  const old = await oldApp(setting);
  const app = await startKit({
    framework: setting.framework ?? 'express 5',
    options: { adopt: old.adoption(adopt), ...options },
    routes(made, sessions) {
      routes?.(made, sessions);
      made.on('*', '/private', sessions.requireSession());
      made.on('*', '/private', (req, res) => res.end(sessions.of(req).subject));
      made.on('POST', '/work', (_req, res) => res.end('worked'));
      made.on('GET', '/logout', async (req, res) => {
        await sessions.of(req).destroy();
        res.end('out');
      });
      made.on('GET', '/update', async (req, res) => {
        await sessions.of(req).update({ a: 1 });
        res.end();
      });
      made.on('POST', '/foreign', (_req, res) => {
        res.setHeader('Set-Cookie', `${SID}=foreign; Path=/`);
        res.end();
      });
    },
  });
  const alice = app.browser();
  await old.login(alice, 'alice');
  return { old, app, alice };
}

async function listed(app: KitApp, subject = 'alice'): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of app.sessions.list(subject)) ids.push(id);
  return ids;
}

/** A browser with nothing but the former cookie, as one that has not heard of the adoption yet. */
function late(app: KitApp, browser: KitBrowser): KitBrowser {
  const other = app.browser();
  other.jar.store(`${SID}=${browser.jar.get(SID)}; Path=/`);
  return other;
}

describe.each(['express 5', 'express 4'] as const)('%s', (framework) => {
  it('a session that only reads counts as it is: identity, whoami, walls; nothing is set, nothing changes', async () => {
    const { old, app, alice } = await moving({ framework });
    const answer = await alice.get('/me');
    expect(JSON.parse(answer.body)).toMatchObject({ active: true, subject: 'alice', inactiveBecause: null, data: {} });
    expect([answer.setCookies, answer.headers['cache-control']]).toEqual([[], PACKED]);
    expect((await alice.get('/private')).body).toBe('alice');
    const whoami = await alice.get('/sessions/whoami');
    expect(JSON.parse(whoami.body)).toMatchObject({ active: true, identity: { id: 'alice' } });
    expect((await alice.me()).id).toBe((await alice.me()).id);
    expect([old.ids(), await listed(app)]).toEqual([[expect.any(String)], []]);
  });

  it("the next unsafe request makes it the kit's before the handler runs, and ends the old one", async () => {
    const seen: unknown[] = [];
    const { old, app, alice } = await moving({
      framework,
      routes: (routes, sessions) =>
        routes.on('POST', '/seen', (req, res) => {
          seen.push(sessions.of(req).id, old.ids());
          res.end('seen');
        }),
    });
    const { id } = await alice.me();
    const answer = await alice.post('/seen');
    expect(seen).toEqual([id, []]);
    const set = cookiesSet(answer);
    expect(Object.keys(set).sort()).toEqual([SID, app.names.session, app.names.activity, app.names.owner].sort());
    expect([set[SID], alice.jar.get(SID)]).toEqual(['', undefined]);
    expect(await alice.me()).toMatchObject({ active: true, subject: 'alice', id });
    expect([await listed(app), app.codes()]).toEqual([[id], expect.arrayContaining(['session.adopted'])]);
    expect((await alice.post('/logout')).status).toBe(200);
    expect((await alice.me()).inactiveBecause).not.toBeNull();
  });
});

it('writes on a safe method are refused as ever', async () => {
  const { alice } = await moving();
  expect((await alice.get('/update')).body).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
  expect((await alice.me()).subject).toBe('alice');
});

it('carries over what data() takes of the old session', async () => {
  const { alice } = await moving({ adopt: { data: ({ basket }: OldData) => ({ basket }) } });
  expect((await alice.me()).data).toEqual({ basket: ['tea'] });
  await alice.post('/work');
  expect((await alice.me()).data).toEqual({ basket: ['tea'] });
});

it('has nothing stored until it is adopted, and keeps what is stored then', async () => {
  const { alice } = await moving({
    routes(routes, sessions) {
      routes.on('GET', '/stored', async (req, res) => {
        const { stored } = sessions.of(req);
        res.end(JSON.stringify([await stored.get('cart'), await stored.take('cart'), await stored.delete('cart')]));
      });
      routes.on('GET', '/at-once', (req, res) => {
        try {
          void sessions.of(req).stored.set('cart', []);
          res.end('later');
        } catch (error) {
          res.end((error as { code: string }).code);
        }
      });
      routes.on('*', '/store', async (req, res) => {
        await sessions.of(req).stored.set('cart', ['milk']);
        res.end(JSON.stringify(await sessions.of(req).stored.get('cart')));
      });
    },
  });
  expect((await alice.get('/stored')).body).toBe('[null,null,null]');
  expect((await alice.get('/at-once')).body).toBe('ERR_NO_SESSION');
  expect([(await alice.get('/store')).body, (await alice.post('/store')).body]).toEqual(['ERR_NO_SESSION', '["milk"]']);
  expect((await alice.get('/stored')).body).toBe('[["milk"],["milk"],null]');
});

it('an old session in which nobody has logged in is nobody, and is left alone', async () => {
  const { old, app } = await moving();
  const visitor = app.browser();
  await old.ask(visitor, 'GET', '/cart');
  expect(await visitor.me()).toMatchObject({ active: false, inactiveBecause: 'none' });
  expect((await visitor.get('/private')).status).toBe(401);
  expect((await visitor.post('/work')).setCookies).toEqual([]);
  expect(old.ids()).toHaveLength(2);
});

it('has no proof of a login that is younger than the epoch, so a step-up asks for one', async () => {
  const times: unknown[] = [];
  const { alice } = await moving({
    routes: (routes, sessions) =>
      routes.on('*', '/time', (req, res) => {
        times.push(sessions.of(req).authenticatedAt);
        res.end();
      }),
  });
  for (const method of ['GET', 'POST', 'GET']) await alice.ask(method, '/time');
  expect(times).toEqual([0, 0, 0]);
});

describe('the lifetime of an adopted session', () => {
  const maxAges = ({ setCookies }: { setCookies: readonly string[] }) =>
    setCookies.filter((line) => line.includes('Max-Age=') && !line.includes('Max-Age=0')).length;

  it.each([
    ['that ended with the browser is the usual one', undefined, 0, 14],
    ['shorter than idle is the usual one', DAY, 0, 14],
    ['longer than idle is that of a remembered one', 7 * DAY, 3, 30],
  ])('%s', async (_what, maxAge, remembered, days) => {
    const { app, alice } = await moving({ cookie: maxAge === undefined ? {} : { maxAge } });
    expect(maxAges(await alice.post('/work'))).toBe(remembered);
    for await (const { expiresAt } of app.sessions.list('alice')) expect(expiresAt).toBe(app.clock.now() + days * DAY);
  });
});

it('takes the old cookie away where it was set, as its record says, and is not misled by one that lies', async () => {
  const { old, alice, app } = await moving();
  const [id = ''] = old.ids();
  const line = async (cookie: object) => {
    const stored = JSON.parse(old.store.sessions[id] ?? '') as { cookie: object };
    old.store.sessions[id] = JSON.stringify({ ...stored, cookie: { ...stored.cookie, ...cookie } });
    await alice.me();
    const { setCookies } = await late(app, alice).post('/login?as=alice');
    old.store.sessions[id] = JSON.stringify(stored);
    return setCookies.find((each) => each.startsWith(`${SID}=`));
  };
  const attributes = 'HttpOnly; SameSite=Lax';
  expect(await line({ path: '/app', domain: 'example.com' })).toBe(
    `${SID}=; Max-Age=0; Domain=example.com; Path=/app; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes}`,
  );
});

describe('the old cookie', () => {
  const changed: Record<string, (value: string) => string> = {
    'of another signature': (value) => value.replace(/.(?=.{5}$)/, (char) => (char === 'A' ? 'B' : 'A')),
    'without a signature': (value) => value.replace(/\..*$/, ''),
    'that is not signed': (value) => value.replace(/^s%3A/, ''),
    'of another id': (value) => value.replace(/^s%3A./, (start) => `${start}x`),
    'that is no percent-encoding': () => '%E0%A4%A',
    'that is nothing': () => '',
    'that is only a prefix': () => 's%3A',
    'with an empty id': () => 's%3A.abc',
  };
  it.each(Object.keys(changed))('%s names nobody, and asks no store', async (what) => {
    const { old, alice } = await moving();
    const cookie = `${SID}=${changed[what]?.(alice.jar.get(SID) ?? '')}`;
    expect(await alice.me({ cookie })).toMatchObject({ active: false, inactiveBecause: 'none' });
    expect((await alice.post('/work', { cookie })).setCookies).toEqual([]);
    expect(old.asked).toEqual([]);
  });

  it('opens with each of several secrets', async () => {
    const { app, old } = await moving({ secret: ['newer', 'older'] });
    const [before, mary] = [await oldApp({ secret: 'older' }), app.browser()];
    await before.login(mary, 'mary');
    Object.assign(old.store.sessions, before.store.sessions);
    expect((await mary.me()).subject).toBe('mary');
  });

  it('of another name is read if told so, and of no other name', async () => {
    const { alice } = await moving({ adopt: { name: 'sid' } });
    expect((await alice.me()).active).toBe(false);
    expect((await alice.me({ cookie: `sid=${alice.jar.get(SID)}` })).subject).toBe('alice');
  });

  it("counts for nothing beside a cookie of the kit: of the same user, of nobody, or where the kit's is none", async () => {
    const { old, app, alice } = await moving();
    const former = `${SID}=${alice.jar.get(SID)}`;
    const other = app.browser();
    await other.login('alice');
    const cookie = `${other.cookie(other.held)}; ${former}`;
    expect((await other.me({ cookie })).id).toBe((await other.me()).id);
    expect((await other.post('/work', { cookie })).setCookies).toEqual([]);
    const garbage = `${other.cookie({ session: 'garbage' })}; ${former}`;
    expect(await other.me({ cookie: garbage })).toMatchObject({ active: false, inactiveBecause: 'unreadable' });
    for (const id of old.ids()) delete old.store.sessions[id];
    await other.login('bob');
    expect((await other.me({ cookie: `${other.cookie(other.held)}; ${former}` })).subject).toBe('bob');
  });

  it("of another user, beside the kit's, makes neither of them: as after a rollback. A login ends both (R5)", async () => {
    const { old, app, alice } = await moving();
    await alice.post('/work');
    await old.login(alice, 'bob');
    for (const method of ['GET', 'POST']) {
      const answer = await alice.ask(method, '/me');
      expect(JSON.parse(answer.body)).toMatchObject({ active: false, subject: null, inactiveBecause: 'ambiguous' });
      expect([answer.setCookies, answer.headers['cache-control']]).toEqual([[], PACKED]);
    }
    expect((await alice.get('/sessions/whoami')).status).toBe(401);
    expect(app.codes().filter((code) => code === 'credentials.mismatch').length).toBeGreaterThan(0);
    await alice.login('bob');
    expect([(await alice.me()).subject, await listed(app)]).toEqual(['bob', []]);
    expect([old.ids(), alice.jar.get(SID)]).toEqual([[], undefined]);
  });

  it("of another user, beside the kit's, ends with it at logout", async () => {
    const { old, alice, app } = await moving();
    await alice.post('/work');
    await old.login(alice, 'bob');
    expect((await alice.post('/logout')).status).toBe(200);
    expect([await listed(app), old.ids(), alice.jar.get(SID)]).toEqual([[], [], undefined]);
  });

  it("that nobody can look up, beside the kit's, is 503", async () => {
    const { old, alice } = await moving();
    await alice.post('/work');
    await old.login(alice, 'bob');
    old.faults.get = (_real, done) => done(new Error('away'));
    expect((await alice.get('/private')).status).toBe(503);
  });

  it('that comes twice names nobody: uncached, nothing set, out of the request; identical copies are one (R5)', async () => {
    const { old, app, alice } = await moving({
      routes: (routes) => routes.on('GET', '/headers', (req, res) => res.end(JSON.stringify(req.headers))),
    });
    const bob = app.browser();
    await old.login(bob, 'bob');
    const [one, other] = [`${SID}=${alice.jar.get(SID)}`, `${SID}=${bob.jar.get(SID)}`];
    for (const cookie of [`${one}; ${other}`, `${other}; ${one}`]) {
      const answer = await alice.get('/me', { cookie });
      expect(JSON.parse(answer.body)).toMatchObject({ active: false, inactiveBecause: 'ambiguous' });
      expect([answer.headers['cache-control'], answer.setCookies]).toEqual([PACKED, []]);
      expect((await alice.post('/work', { cookie })).setCookies).toEqual([]);
      expect((await alice.post('/login?as=eve', { cookie })).body).toBe('ERR_AMBIGUOUS_CREDENTIALS');
      expect((await alice.get('/headers', { cookie })).body).not.toContain(SID);
    }
    expect(app.codes()).toContain('cookie.duplicate');
    expect(old.ids()).toHaveLength(2);
    expect((await alice.me({ cookie: `${one}; ${one}` })).subject).toBe('alice');
  });

  it('beside a token of the kit names nobody (R5)', async () => {
    const { app, alice } = await moving({
      routes: (routes, sessions) =>
        routes.on('POST', '/token', async (req, res) => res.end((await sessions.of(req).issueToken('carol')).token)),
    });
    const { body } = await app.browser().post('/token');
    const me = await alice.me({ headers: { authorization: `Bearer ${body}` } });
    expect(me).toMatchObject({ active: false, inactiveBecause: 'ambiguous' });
    expect((await alice.me()).subject).toBe('alice');
  });

  it('is set by nobody else any more', async () => {
    const { app, alice } = await moving();
    await alice.post('/work');
    const answer = await alice.post('/foreign');
    expect(answer.setCookies.join()).not.toContain('foreign');
    expect(app.codes()).toContain('cookie.foreign');
  });

  it('from another site changes nothing, and adopts nothing', async () => {
    const { old, app, alice } = await moving();
    const answer = await alice.post('/work', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([answer.status, answer.setCookies, old.ids()]).toEqual([403, [], [expect.any(String)]]);
    expect(app.codes()).toContain('csrf.refused');
  });
});

describe('requests that bring the same old cookie at once', () => {
  it('get one session, whichever answers first', async () => {
    const { old, app, alice } = await moving();
    const gate = new Gate();
    old.faults.destroy = (real, done) => void gate.wait().then(() => real(done));
    const others = [late(app, alice), late(app, alice)];
    const posts = [alice, ...others].map((browser) => browser.post('/work'));
    await gate.reached;
    const reading = late(app, alice).me();
    gate.open();
    const answers = await Promise.all(posts);
    expect(new Set(answers.map((answer) => cookiesSet(answer)[app.names.session])).size).toBe(1);
    const { id } = await alice.me();
    expect(await reading).toMatchObject({ active: true, id });
    for (const other of others) expect(await other.me()).toMatchObject({ active: true, id });
    expect([await listed(app), old.asked.filter((call) => call === 'destroy')]).toEqual([[id], ['destroy']]);
  });

  it('and come late, get it too, for a minute', async () => {
    const { app, alice } = await moving();
    const [reader, writer, tardy] = [late(app, alice), late(app, alice), late(app, alice)];
    await alice.post('/work');
    const { id } = await alice.me();
    app.clock.advance(MINUTE - 1);
    expect(await reader.me()).toMatchObject({ active: true, id });
    expect((await writer.post('/work')).status).toBe(200);
    expect(await writer.me()).toMatchObject({ active: true, id });
    expect(writer.jar.get(SID)).toBeUndefined();
    app.clock.advance(1);
    expect(await tardy.me()).toMatchObject({ active: false, inactiveBecause: 'none' });
    expect(await listed(app)).toEqual([id]);
  });

  it('and come late to a logout, are out', async () => {
    const { app, alice } = await moving();
    const other = late(app, alice);
    await alice.post('/work');
    await alice.post('/logout');
    expect((await other.me()).inactiveBecause).toBe('revoked');
    expect((await other.post('/work')).setCookies.join()).not.toMatch(new RegExp(`${app.names.session}=[^;]`));
  });

  it('in two processes get one session', async () => {
    const old = await oldApp();
    const opened: OpenStore = memory({ insecureInProduction: true }).open({ keep: 1e12 });
    const bothHaveLooked = deferred<void>();
    let looks = 0;
    const { registry } = opened;
    const find = registry.find.bind(registry);
    jest.spyOn(registry, 'find').mockImplementation(async (name) => {
      const found = await find(name);
      if (++looks === 2) bothHaveLooked.resolve();
      await bothHaveLooked.promise;
      return found;
    });
    const shared = { name: 'shared', open: () => ({ ...opened, close: async () => {} }) };
    const routes = (made: App) => made.on('POST', '/work', (_req, res) => res.end());
    const start = () => startKit({ options: { adopt: old.adoption(), store: shared }, routes });
    const apps = [await start(), await start()] as const;
    const browsers = apps.map((app) => app.browser());
    await old.login(browsers[0] as KitBrowser, 'alice');
    (browsers[1] as KitBrowser).jar.store(`${SID}=${browsers[0]?.jar.get(SID)}; Path=/`);
    const posts = browsers.map((browser) => browser.post('/work'));
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([200, 200]);
    const ids = await Promise.all(browsers.map(async (browser) => (await browser.me()).id));
    expect(ids[0]).toBe(ids[1]);
    expect(await listed(apps[0])).toEqual([ids[0]]);
  });
});

it('an old session that comes back, as from an instance of the old app, lengthens nothing', async () => {
  const { old, app, alice } = await moving();
  const kept = { ...old.store.sessions };
  const other = late(app, alice);
  const end = async (browser: KitBrowser) => {
    const { body } = await browser.get('/sessions/whoami');
    return (JSON.parse(body) as { expires_at: string }).expires_at;
  };
  await alice.post('/work');
  const first = await end(alice);
  Object.assign(old.store.sessions, kept);
  app.clock.advance(DAY / 2);
  expect((await other.post('/work')).status).toBe(200);
  expect([await end(other), (await other.me()).id]).toEqual([first, (await alice.me()).id]);
});

describe('the activity cookie of another session beside an old one', () => {
  it.each([
    ['that has ended is left over from a logout', true, 0],
    ['that has not was handed on by a cache', false, 1],
  ])('%s', async (_what, ended, alarms) => {
    const { app, alice } = await moving();
    const bob = app.browser();
    await bob.login('bob');
    if (ended) await bob.post('/logout');
    alice.jar.store(`${app.names.activity}=${bob.held.activity}; Path=/`);
    expect((await alice.me()).subject).toBe('alice');
    expect(app.codes().filter((code) => code === 'swap.suspected')).toHaveLength(alarms);
  });
});

describe('start() and destroy() end the old session too:', () => {
  it('one in which nobody had logged in, at login', async () => {
    const { old, app } = await moving();
    const visitor = app.browser();
    await old.ask(visitor, 'GET', '/cart');
    const before = old.ids();
    await visitor.login('bob');
    expect(old.ids()).toHaveLength(before.length - 1);
    expect([visitor.jar.get(SID), (await visitor.me()).subject]).toEqual([undefined, 'bob']);
  });

  it('one of the same user, at login', async () => {
    const { old, app, alice } = await moving();
    const other = late(app, alice);
    await alice.login('alice');
    expect([old.ids(), await listed(app)]).toEqual([[], [(await alice.me()).id]]);
    expect((await other.me()).active).toBe(false);
  });

  it.each(['POST', 'GET'])('one that was never adopted, at logout by %s', async (method) => {
    const { old, app, alice } = await moving();
    const other = late(app, alice);
    const answer = await alice.ask(method, '/logout');
    expect([answer.status, old.ids()]).toEqual([200, []]);
    if (method === 'GET') expect(answer.setCookies.join()).not.toContain(SID);
    expect((await alice.me()).active).toBe(false);
    expect((await other.me()).active).toBe(false);
  });

  it('one that lay beside the session of the kit, at logout', async () => {
    const { old, app, alice } = await moving();
    const former = `${SID}=${alice.jar.get(SID)}; Path=/`;
    const bob = app.browser();
    await bob.login('bob');
    bob.jar.store(former);
    const kept = { ...old.store.sessions };
    await bob.post('/logout');
    expect([old.ids(), bob.jar.get(SID), (await bob.me()).active]).toEqual([[], undefined, false]);
    // As an instance of the old app does that was still answering.
    Object.assign(old.store.sessions, kept);
    expect((await alice.me()).inactiveBecause).toBe('revoked');
  });

  it('again and again, without filling the log', async () => {
    const { old, app, alice } = await moving();
    const other = late(app, alice);
    const resolved = () => app.codes().filter((code) => code === 'revocation.resolved').length;
    for (const browser of [alice, other, other]) await browser.post('/logout');
    expect([resolved(), old.ids()]).toEqual([1, []]);
  });

  it('a logout that the old store did not hear of says so, and can be repeated', async () => {
    const { old, app, alice } = await moving();
    old.faults.destroy = (_real, done) => done(new Error('read only'));
    expect((await alice.get('/logout')).body).toBe('ERR_STORE_UNAVAILABLE');
    expect((await alice.me()).inactiveBecause).toBe('revoked');
    old.faults.destroy = undefined;
    expect((await alice.get('/logout')).body).toBe('out');
    expect([old.ids(), app.codes().includes('adoption.failed')]).toEqual([[], true]);
  });
});

describe('a session that is only read', () => {
  it('is kept alive, once a minute at most, and not by whoami', async () => {
    const { old, app, alice } = await moving({ cookie: { maxAge: DAY } });
    const touches = () => old.asked.filter((call) => call === 'touch').length;
    await alice.get('/sessions/whoami');
    expect(touches()).toBe(0);
    for (let time = 0; time < 3; time++) await alice.get('/me');
    expect(touches()).toBe(1);
    app.clock.advance(MINUTE);
    await alice.get('/me');
    expect(touches()).toBe(2);
  });

  it('has its end moved as express-session would', async () => {
    const { old, alice } = await moving({ cookie: { maxAge: DAY } });
    const [id = ''] = old.ids();
    const stored = JSON.parse(old.store.sessions[id] ?? '') as { cookie: { expires: string } };
    stored.cookie.expires = new Date(Date.now() + MINUTE).toISOString();
    old.store.sessions[id] = JSON.stringify(stored);
    await alice.get('/me');
    const { cookie, userId } = JSON.parse(old.store.sessions[id] ?? '') as {
      cookie: { expires: string; originalMaxAge: number };
      userId: string;
    };
    expect(Date.parse(cookie.expires)).toBeGreaterThan(Date.now() + DAY - MINUTE);
    expect([cookie.originalMaxAge, userId]).toEqual([DAY, 'alice']);
  });

  it('is none the worse for a store that fails to touch it', async () => {
    const { old, app, alice } = await moving();
    old.faults.touch = (_real, done) => done(new Error('read only'));
    expect((await alice.get('/me')).status).toBe(200);
    expect(app.codes()).toContain('adoption.failed');
  });
});

it('tells nothing of the old cookie in events and errors', async () => {
  const { old, app, alice } = await moving();
  const [id = ''] = old.ids();
  const cookie = alice.jar.get(SID) ?? '';
  old.faults.destroy = (_real, done) => done(new Error(`could not destroy ${id}`));
  await alice.post('/work');
  old.faults.destroy = undefined;
  await alice.post('/work');
  await alice.post('/logout');
  const told = JSON.stringify([app.events, app.errors.map(({ message }) => message)]);
  for (const secret of [id, cookie, cookie.slice(-20)]) expect(told).not.toContain(secret);
  expect(app.codes()).toEqual(expect.arrayContaining(['adoption.failed', 'session.adopted', 'session.destroyed']));
});

it('takes the old cookie away where it was set, whatever another user was told meanwhile', async () => {
  const { old, app, alice } = await moving();
  const gate = new Gate();
  old.faults.destroy = (real, done) => void gate.wait().then(() => real(done));
  const posted = alice.post('/work');
  await gate.reached;
  const bob = app.browser();
  await old.login(bob, 'bob');
  const [, other = ''] = old.ids();
  const stored = JSON.parse(old.store.sessions[other] ?? '') as { cookie: object };
  old.store.sessions[other] = JSON.stringify({ ...stored, cookie: { ...stored.cookie, domain: 'bobs.example.com' } });
  expect((await bob.me()).subject).toBe('bob');
  gate.open();
  expect((await posted).setCookies.find((line) => line.startsWith(`${SID}=`))).not.toContain('bobs.example.com');
});
