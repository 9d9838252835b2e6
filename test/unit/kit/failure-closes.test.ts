/** R10, R11 through the kit: what can't be known is refused, never guessed; and a minute later all is well again. */
import type { StoreFaults } from '../../../lib/testing/faults/faulty-store.js';
import { deferred } from '../../helpers/deferred.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { FRAMEWORKS, parameter, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

const DAY = 24 * 3_600_000;

async function withFaults(options = {}, framework = FRAMEWORKS[0]) {
  const faulty = faultyMemory();
  const { faults } = faulty;
  away = deferred<never>();
  away.promise.catch(() => undefined);
  const app = await startKit({
    ending: () => away.reject(new TypeError('late')),
    ...(framework && { framework }),
    options: { store: faulty, requestDeadline: 30, revokeDeadline: 60, public: '/public', ...options },
    routes(routes, sessions) {
      routes.on('*', '/public', (_req, res) => res.end('page'));
      routes.on('*', '/public/read', (req, res) => res.end(sessions.of(req).subject));
      routes.on('GET', '/wall', (req, res, next) =>
        sessions.requireSession({ loginPath: '/login' })(req, res, (error) =>
          error ? next(error) : res.end('inside'),
        ),
      );
    },
  });
  const alice = app.browser();
  await alice.login('alice');
  return { app, alice, faults };
}

/** What hangs is let go when its test is over, or the kit would wait for it as it closes. */
let away = deferred<never>();

const breakages: Record<string, NonNullable<StoreFaults['log']['poll']>> = {
  fails: () => Promise.reject(new TypeError('store away')),
  hangs: () => away.promise,
};

describe.each(FRAMEWORKS)('%s', (framework) => {
  describe.each(Object.keys(breakages))('while the poll of the log %s', (how) => {
    it('private routes are 503 with Retry-After, public ones served, and a read there throws', async () => {
      const { app, alice, faults } = await withFaults({}, framework);
      faults.log.poll = breakages[how];
      app.clock.advance(LEASE);
      const refused = await alice.get('/me');
      expect([refused.status, refused.headers['retry-after'], refused.headers['cache-control']]).toEqual([
        503,
        '1',
        PACKED,
      ]);
      expect((await alice.get('/public')).body).toBe('page');
      const read = await alice.get('/public/read');
      expect([read.status, read.body]).toEqual([503, 'ERR_STORE_UNAVAILABLE']);
      expect((await alice.get('/sessions/whoami')).status).toBe(503);
      expect((await alice.get('/wall')).status).toBe(503);
      expect((await app.browser().post('/login?as=bob')).body).toBe('ERR_STORE_UNAVAILABLE');
      await expect(app.sessions.revoke.subject('alice')).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNKNOWN' });
      // Whoever presents nothing needs no store.
      expect(await app.browser().me()).toMatchObject({ active: false, inactiveBecause: 'none' });
    });
  });
});

it('serves to the end of the lease, and again one poll after the log is back', async () => {
  const { app, alice, faults } = await withFaults();
  faults.log.poll = breakages.fails;
  app.clock.advance(LEASE - 1);
  expect((await alice.me()).subject).toBe('alice');
  app.clock.advance(1);
  expect((await alice.get('/me')).status).toBe(503);
  faults.log.poll = undefined;
  expect((await alice.me()).subject).toBe('alice');
  expect(app.codes().filter((code) => code === 'store.unavailable')).toHaveLength(1);
});

it('logs nobody out while the log is away: no cookie changes', async () => {
  const { app, alice, faults } = await withFaults();
  faults.log.poll = breakages.fails;
  app.clock.advance(LEASE);
  for (const method of ['GET', 'POST']) expect((await alice.ask(method, '/me')).setCookies).toEqual([]);
});

it('a poll that was held while a revocation went through admits nobody when it comes back', async () => {
  const { app, alice, faults } = await withFaults({ requestDeadline: '1m', revokeDeadline: '1m' });
  app.clock.advance(LEASE);
  const held = deferred<void>();
  const reached = deferred<void>();
  faults.log.poll = async (real) => {
    const answer = await real();
    reached.resolve();
    await held.promise;
    return answer;
  };
  const slow = alice.get('/me');
  await reached.promise;
  const revoked = app.sessions.revoke.subject('alice');
  faults.log.poll = undefined;
  held.resolve();
  await revoked;
  await slow;
  expect((await alice.me()).active).toBe(false);
});

it('accepts sessions while unconfirmed only if asked to by an insecure name', async () => {
  const { app, alice, faults } = await withFaults({ insecureAcceptWhenUnconfirmed: true });
  await app.sessions.revoke.subject('bob');
  faults.log.poll = breakages.fails;
  app.clock.advance(LEASE);
  expect((await alice.me()).subject).toBe('alice');
});

describe('the registry', () => {
  const answers: Record<string, NonNullable<StoreFaults['registry']['find']>> = {
    "answers with a neighbour's record": (real) => real(bobs),
    'answers with a record that was changed': async (real) => {
      const found = await real();
      return found && { ...found, row: { ...found.row, subject: 'bob' } };
    },
    fails: () => Promise.reject(new TypeError('away')),
    hangs: () => new Promise(() => undefined),
  };
  let bobs = '';

  it.each(Object.keys(answers))('%s: refused and never served', async (how) => {
    const { app, alice, faults } = await withFaults();
    const bob = app.browser();
    await bob.login('bob');
    bobs = (await bob.me()).id ?? '';
    const alices = (await alice.me()).id ?? '';
    faults.registry.find = answers[how];
    app.clock.advance(DAY);
    // Idle by its cookies, so that only the registry can say.
    expect((await alice.get('/me')).status).toBe(503);
    if (how === 'hangs') return;
    await expect(app.sessions.revoke.session(alices, { of: 'bob' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
  });

  it.each(['fails', 'hangs'])('that %s while a session is added lets no cookie leave', async (how) => {
    const { app, faults } = await withFaults();
    const held = deferred<void>();
    faults.registry.add = how === 'fails' ? () => Promise.reject(new TypeError('full')) : () => held.promise;
    const bob = app.browser();
    const asked = bob.post('/login?as=bob');
    if (how === 'hangs') {
      held.reject(new TypeError('late'));
    }
    const answer = await asked;
    expect([answer.status, answer.body, answer.setCookies]).toEqual([503, 'ERR_STORE_UNAVAILABLE', []]);
    expect((await bob.me()).active).toBe(false);
  });
});

describe('isRevoked', () => {
  const verdicts: Record<string, [() => unknown, number, string | null]> = {
    false: [() => false, 200, null],
    'a promise of false': [async () => false, 200, null],
    true: [() => true, 200, 'revoked'],
    'a throw': [
      () => {
        throw new TypeError('away');
      },
      503,
      null,
    ],
    'a rejection': [() => Promise.reject(new TypeError('away')), 503, null],
    'no answer': [() => new Promise(() => undefined), 503, null],
    undefined: [() => undefined, 503, null],
    '0': [() => 0, 503, null],
  };

  it.each(Object.keys(verdicts))('%s', async (what) => {
    const [verdict, status, because] = verdicts[what] ?? [];
    const asked: unknown[] = [];
    const { alice } = await withFaults({
      isRevoked: (session: object) => {
        asked.push(session);
        return verdict?.();
      },
    });
    const answer = await alice.get('/me');
    expect(answer.status).toBe(status);
    if (status === 200)
      expect(JSON.parse(answer.body)).toMatchObject({ active: because === null, inactiveBecause: because });
    expect(asked[0]).toEqual({ id: expect.any(String), subject: 'alice', authenticatedAt: expect.any(Number) });
    expect((await alice.get('/public')).status).toBe(200);
  });
});

describe('requireSession()', () => {
  it('answers 303 with return_to to navigations, 401 otherwise, and lets active sessions pass', async () => {
    const { app, alice } = await withFaults();
    expect((await alice.get('/wall')).body).toBe('inside');
    const stranger = app.browser();
    const navigation = await stranger.get('/wall?tab=1', { headers: { accept: 'text/html' } });
    expect([navigation.status, navigation.headers.location]).toEqual([303, '/login?return_to=%2Fwall%3Ftab%3D1']);
    expect(navigation.headers['cache-control']).toBe(PACKED);
    const fetched = await stranger.get('/wall', { headers: { 'sec-fetch-mode': 'cors', accept: 'text/html' } });
    expect(fetched.status).toBe(401);
    await app.sessions.revoke.subject('alice');
    expect((await alice.get('/wall')).status).toBe(401);
  });

  it('leads back to where it came from, and nowhere else', async () => {
    const app = await startKit({
      routes: (routes, sessions) => routes.on('GET', '/back', (req, res) => res.end(sessions.returnTo(req, '/home'))),
    });
    const back = async (to: string) => (await app.browser().get(`/back?return_to=${encodeURIComponent(to)}`)).body;
    expect(await back('/wall?tab=1')).toBe('/wall?tab=1');
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\r\nb', `/${'x'.repeat(256)}`]) {
      expect(await back(to)).toBe('/home');
    }
  });
});

describe('timeouts', () => {
  const login = async (options = {}) => {
    const app = await startKit({ options });
    const alice = app.browser();
    await alice.login('alice');
    return { app, alice };
  };

  it('end a session after the idle time, to the millisecond', async () => {
    const { app, alice } = await login({ idle: '1h' });
    const cookie = alice.cookie(alice.held);
    app.clock.advance(3_600_000 - 1);
    expect((await alice.me({ cookie })).active).toBe(true);
    const idle = await login({ idle: '1h' });
    idle.app.clock.advance(3_600_000);
    expect((await idle.alice.me()).inactiveBecause).toBe('idle');
  });

  it('end a session at its absolute end, which regenerate and reauthenticated keep', async () => {
    const app = await startKit({
      options: { idle: '14d' },
      routes: (routes, sessions) =>
        routes.on('POST', '/renew', async (req, res) => {
          const session = sessions.of(req);
          if (parameter(req, 'how') === 'regenerate') await session.regenerate();
          else await session.reauthenticated('alice');
          res.end(`${session.expiresAt}`);
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    const end = app.clock.now() + 14 * DAY;
    app.clock.advance(10 * DAY);
    expect((await alice.post('/renew?how=regenerate')).body).toBe(String(end));
    expect((await alice.post('/renew?how=reauthenticated')).body).toBe(String(end));
    app.clock.advance(4 * DAY - 1);
    expect((await alice.me()).active).toBe(true);
    app.clock.advance(1);
    expect((await alice.me()).inactiveBecause).toBe('expired');
  });

  it('hold nobody in when the clock is set back', async () => {
    const { app, alice } = await login({ idle: '1h' });
    app.clock.advance(-2 * 3_600_000);
    expect((await alice.me()).inactiveBecause).toBe('idle');
  });
});
