/** R7 and R11 where sessions are adopted: nothing that was revoked comes back, and what can't be known is refused. */
import { systemClock } from '../../../lib/clock.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { Gate } from '../../helpers/gate.js';
import { startKit } from '../../helpers/kit-app.js';
import { cookiesSet } from '../../helpers/kit-browser.js';
import { type OldApp, type OldData, type OldFaults, oldApp } from '../../helpers/old-sessions.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const SID = 'connect.sid';
/** Longer than any test waits; and where one waits for the end of it. */
const PATIENT = 5_000;
const IMPATIENT = 200;
const path = temporaryFolder();

async function moving(adopt: Parameters<OldApp['adoption']>[0] = {}, options = {}) {
  const old = await oldApp();
  const app = await startKit({
    options: { adopt: old.adoption(adopt), requestDeadline: PATIENT, public: '/public', ...options },
    routes(routes, sessions) {
      routes.on('*', '/private', sessions.requireSession());
      routes.on('*', '/private', (req, res) => res.end(sessions.of(req).subject));
      routes.on('*', '/public', (req, res) => {
        let read = 'nothing';
        try {
          if (req.url?.includes('read')) read = String(sessions.of(req).subject);
        } catch (error) {
          read = (error as { code: string }).code;
        }
        res.end(read);
      });
    },
  });
  const alice = app.browser();
  await old.login(alice, 'alice');
  return { old, app, alice };
}

describe('where nobody can say whose an old session is', () => {
  const failure = new Error('connection lost');
  const faults: Record<string, OldFaults['get']> = {
    'the store is dead': (_real, done) => done(failure),
    'the store never answers': () => undefined,
    'the store throws': () => {
      throw failure;
    },
    'the store answers with a text': (_real, done) => done(null, 'alice' as never),
    'the store answers with a list': (_real, done) => done(null, [{ userId: 'alice' }] as never),
    'the store answers with true': (_real, done) => done(null, true as never),
    'the store answers with an empty text': (_real, done) => done(null, '' as never),
  };
  const callbacks: Record<string, Parameters<OldApp['adoption']>[0]> = {
    'subject() throws': {
      subject: () => {
        throw failure;
      },
    },
    'subject() rejects': { subject: () => Promise.reject(failure) },
    'subject() never answers': { subject: () => new Promise(() => {}) },
    'subject() answers with a number': { subject: () => 42 as never },
    'subject() answers with nothing but a text': { subject: () => '' },
    'subject() answers with true': { subject: () => true as never },
    'subject() answers with what a store would change': { subject: () => 'a\0' },
    'data() throws': {
      data: () => {
        throw failure;
      },
    },
    'data() takes what JSON would change': { data: ({ cookie }: OldData) => ({ cookie, at: new Date() }) },
  };

  it.each([...Object.keys(faults), ...Object.keys(callbacks)])('%s: 503, and nothing is set or lost', async (what) => {
    const requestDeadline = what.includes('never') ? IMPATIENT : PATIENT;
    const { old, app, alice } = await moving(callbacks[what], { requestDeadline });
    old.faults.get = faults[what];
    for (const [method, target] of [
      ['GET', '/me'],
      ['GET', '/private'],
      ['POST', '/private'],
      ['GET', '/sessions/whoami'],
    ] as const) {
      const answer = await alice.ask(method, target);
      expect([target, answer.status, answer.setCookies]).toEqual([target, 503, []]);
    }
    expect((await alice.get('/public')).body).toBe('nothing');
    expect((await alice.get('/public?read')).body).toBe('ERR_STORE_UNAVAILABLE');
    expect(old.ids()).toHaveLength(1);
    const failed = app.events.filter(({ code }) => code === 'adoption.failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(JSON.stringify(failed)).not.toContain('connection lost');
    old.faults.get = undefined;
    if (what in faults) expect((await alice.me()).subject).toBe('alice');
  });

  it('a number as subject is told what to write', async () => {
    const { app, alice } = await moving({ subject: () => 42 as never });
    await alice.get('/private');
    expect(app.events.find(({ code }) => code === 'adoption.failed')?.message).toContain('String(user.id)');
  });

  it.each<[string, OldFaults['get']]>([
    ['null', (_real, done) => done(null, null)],
    ['nothing', (_real, done) => done()],
    ['ENOENT', (_real, done) => done(Object.assign(new Error('no file'), { code: 'ENOENT' }))],
  ])("is not where the store answers %s: it has no such session, so it is nobody's", async (_what, fault) => {
    const { old, alice } = await moving();
    old.faults.get = fault;
    expect(await alice.me()).toMatchObject({ active: false, inactiveBecause: 'none' });
    expect((await alice.get('/private')).status).toBe(401);
    expect((await alice.post('/private')).setCookies).toEqual([]);
  });

  it('too much data is refused as it would be in start()', async () => {
    const { old, app, alice } = await moving({ data: () => ({ text: 'x'.repeat(4_000) }) });
    expect((await alice.get('/private')).body).toBe('alice');
    expect((await alice.post('/private')).status).toBe(503);
    const [event, ...others] = app.events.filter(({ code }) => code === 'adoption.failed');
    expect([event?.message, others]).toEqual([expect.stringContaining('2.5 kB'), []]);
    expect(old.ids()).toHaveLength(1);
  });
});

describe('an adoption that fails in the middle', () => {
  it.each<[string, OldFaults['destroy']]>([
    ['because the old session can not be destroyed', (_real, done) => done(new Error('read only'))],
    ['after the old session was destroyed', (real, done) => real(() => done(new Error('answer lost')))],
    ['because no answer comes', (real) => real(() => undefined)],
  ])('%s, is 503 and sets nothing; tried again it is the same session', async (what, fault) => {
    const requestDeadline = what.includes('no answer') ? IMPATIENT : PATIENT;
    const data = ({ basket }: OldData) => ({ basket });
    const { old, app, alice } = await moving({ data }, { requestDeadline });
    const { id } = await alice.me();
    old.faults.destroy = fault;
    const answer = await alice.post('/private');
    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    old.faults.destroy = undefined;
    expect((await alice.post('/private')).body).toBe('alice');
    expect(await alice.me()).toMatchObject({ active: true, id, data: { basket: ['tea'] } });
    const rows = [];
    for await (const row of app.sessions.list('alice')) rows.push(row.id);
    expect([rows, old.ids()]).toEqual([[id], []]);
  });

  it('because it can not be listed, is 503 and leaves the old session as it is', async () => {
    const faulty = faultyMemory();
    faulty.faults.registry.add = 'error';
    const { old, alice } = await moving({}, { store: faulty });
    const answer = await alice.post('/private');
    expect([answer.status, answer.setCookies, old.ids().length]).toEqual([503, [], 1]);
    faulty.faults.registry.add = undefined;
    expect((await alice.post('/private')).body).toBe('alice');
  });

  it('because the log is out of reach, is 503, as is everything that asks for the session', async () => {
    const faulty = faultyMemory();
    const { faults } = faulty;
    const { old, app, alice } = await moving({}, { store: faulty, requestDeadline: IMPATIENT });
    await alice.me();
    faults.log.poll = () => Promise.reject(new Error('away'));
    app.clock.advance(LEASE);
    for (const method of ['GET', 'POST']) {
      const answer = await alice.ask(method, '/private');
      expect([answer.status, answer.setCookies, old.ids().length]).toEqual([503, [], 1]);
    }
    faults.log.poll = undefined;
    expect((await alice.post('/private')).body).toBe('alice');
  });

  it('because the log is lost meanwhile, is 503; nobody is told of a session that nobody can vouch for', async () => {
    const faulty = faultyMemory();
    const { faults } = faulty;
    const { old, app, alice } = await moving({}, { store: faulty, requestDeadline: IMPATIENT });
    const gate = new Gate();
    old.faults.destroy = (real, done) => void gate.wait().then(() => real(done));
    const slow = alice.post('/private');
    await gate.reached;
    faults.log.poll = () => Promise.reject(new Error('away'));
    app.clock.advance(LEASE);
    gate.open();
    expect([(await slow).status, (await slow).setCookies]).toEqual([503, []]);
  });

  it.each([0, 60_000])(
    'because the old session is by now of somebody else, %i ms later, ends that one',
    async (later) => {
      const { old, app, alice } = await moving();
      const [id = ''] = old.ids();
      const cookie = `${SID}=${alice.jar.get(SID)}`;
      const stored = JSON.parse(old.store.sessions[id] ?? '') as object;
      await alice.post('/private');
      old.store.sessions[id] = JSON.stringify({ ...stored, userId: 'bob' });
      app.clock.advance(later);
      const answer = await app.browser().post('/private', { cookie });
      expect([answer.status, answer.setCookies, old.ids()]).toEqual([503, [], []]);
      // Neither the one nor the other, whose root it has.
      expect(await app.browser().me({ cookie })).toMatchObject({ active: false, inactiveBecause: 'none' });
      expect((await alice.me()).subject).toBe('alice');
    },
  );
});

describe('a revocation that resolved before the adoption', () => {
  it('of the subject ends old sessions, and destroys them where they are met', async () => {
    const { old, app, alice } = await moving();
    const bob = app.browser();
    await old.login(bob, 'bob');
    await app.sessions.revoke.subject('alice');
    expect(await alice.me()).toMatchObject({ active: false, inactiveBecause: 'revoked' });
    expect(old.ids()).toHaveLength(1);
    expect((await alice.get('/private')).status).toBe(401);
    expect((await bob.get('/private')).body).toBe('bob');
  });

  it.each(['subject', 'everyone', 'session'] as const)('(%s) leaves nothing to adopt', async (verb) => {
    const { old, app, alice } = await moving();
    const { id } = await alice.me();
    if (verb === 'subject') await app.sessions.revoke.subject('alice');
    else if (verb === 'everyone') await app.sessions.revoke.everyone();
    else await app.sessions.revoke.session(id ?? '');
    const answer = await alice.post('/private');
    expect([answer.status, answer.setCookies, old.ids()]).toEqual([401, [], []]);
  });

  it('holds although the old session can not be destroyed, and that is reported', async () => {
    const { old, app, alice } = await moving();
    await app.sessions.revoke.subject('alice');
    old.faults.destroy = (_real, done) => done(new Error('read only'));
    for (const method of ['GET', 'POST', 'GET']) expect((await alice.ask(method, '/private')).status).toBe(401);
    expect(app.codes()).toContain('adoption.failed');
    old.faults.destroy = undefined;
    await alice.get('/private');
    expect(old.ids()).toEqual([]);
  });

  it.each([
    ['subject', 'GET'],
    ['subject', 'POST'],
    ['everyone', 'POST'],
  ] as const)('(%s), while a %s waits for the old store, covers it', async (verb, method) => {
    const { old, app, alice } = await moving();
    const gate = new Gate();
    old.faults.get = (real, done) => real((...answer) => void gate.wait().then(() => done(...answer)));
    const slow = alice.ask(method, '/private');
    await gate.reached;
    await app.sessions.revoke[verb]('alice');
    gate.open();
    expect((await slow).status).toBe(401);
    expect(cookiesSet(await slow)).toEqual({});
  });

  it('while the old session is being destroyed leaves no session of the kit', async () => {
    const { old, app, alice } = await moving();
    const gate = new Gate();
    old.faults.destroy = (real, done) => void gate.wait().then(() => real(done));
    const slow = alice.post('/private');
    await gate.reached;
    await app.sessions.revoke.subject('alice');
    gate.open();
    const answer = await slow;
    expect([answer.status, cookiesSet(answer)]).toEqual([401, { [SID]: '' }]);
    expect((await alice.me()).active).toBe(false);
  });

  it('is asked of isRevoked as well', async () => {
    const isRevoked = jest.fn(() => true);
    const { old, alice } = await moving({}, { isRevoked });
    expect((await alice.me()).inactiveBecause).toBe('revoked');
    expect(isRevoked).toHaveBeenCalledWith({ id: expect.any(String), subject: 'alice', authenticatedAt: 0 });
    expect(old.ids()).toEqual([]);
  });
});

describe('the log that the adoption began with', () => {
  async function restarted(firstFile: string, nextFile: string) {
    const old = await oldApp();
    const start = (file: string) =>
      startKit({ options: { adopt: old.adoption(), store: sqlite(path(file)), clock: systemClock() } });
    const before = await start(firstFile);
    const [alice, bob] = [before.browser(), before.browser()];
    await old.login(alice, 'alice');
    await old.login(bob, 'bob');
    expect((await bob.me()).subject).toBe('bob');
    await before.sessions.revoke.subject('alice');
    await before.close();
    const after = await start(nextFile);
    const me = async (browser: typeof alice) =>
      JSON.parse((await after.browser().get('/me', { cookie: `${SID}=${browser.jar.get(SID)}` })).body);
    return { after, alice: await me(alice), bob: await me(bob) };
  }

  it('knows after a restart what was revoked before it', async () => {
    const { alice, bob } = await restarted('a.db', 'a.db');
    expect([alice.inactiveBecause, bob.subject]).toEqual(['revoked', 'bob']);
  });

  it('lost, takes old sessions with it as it does those of the kit: what was revoked is not known any more', async () => {
    const { after, alice, bob } = await restarted('b.db', 'c.db');
    expect([alice.active, bob.active]).toEqual([false, false]);
    expect(after.codes()).toContain('adoption.over');
  });

  it('that has let its first entries go, or all, adopts no more; said once', async () => {
    const { app, alice } = await moving();
    await app.sessions.revoke.everyone();
    for (let time = 0; time < 3; time++) expect((await alice.me()).active).toBe(false);
    expect(app.codes().filter((code) => code === 'adoption.over')).toHaveLength(1);
  });
});
