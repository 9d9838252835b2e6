// Source: Ory, "Low latency with session caching" (documentation of the caching strategy of /sessions/whoami).
// Seen: revoked sessions reported as active for a while; profile changes by an administrator not reflected.
// Cause: an edge cache in front of the session check, refreshed afterwards, that no revocation reaches.
// Stopped by: lib/whoami/cache.ts (staleness, max-age, stillValid on each hit) and lib/whoami/forgotten.ts.
import type { RequestListener } from 'node:http';
import supertest from 'supertest';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { answerWhoami } from '../../lib/whoami/answer-whoami.js';
import { WhoamiCache } from '../../lib/whoami/cache.js';
import { Forgotten } from '../../lib/whoami/forgotten.js';
import * as directives from '../../lib/whoami/request-directives.js';
import { sessionBody, type WhoamiReport } from '../../lib/whoami/session-body.js';
import { whoami } from '../../lib/whoami/standalone.js';
import { settled } from '../helpers/deferred.js';

const PATH = '/sessions/whoami';

/** One user, whose profile and session live in a backend that can be changed, and that counts how often it is asked. */
function setUp() {
  const clock = fakeClock();
  const backend = { email: 'old@example.com', loggedIn: true, asked: 0 };
  const middleware = whoami({
    log: false,
    credentials: { cookies: ['ory_session'] },
    clock,
    maxAge: '60s',
    resolve: () => {
      backend.asked++;
      return backend.loggedIn ? { id: 's1', subject: 'alice' } : null;
    },
    identity: () => ({ email: backend.email }),
  });
  const handler: RequestListener = (req, res) => middleware(req, res, () => res.end());
  return { clock, backend, middleware, tell: (cacheControl?: string) => tell(handler, cacheControl) };
}

/** The e-mail address whoami reports, or the status. */
async function tell(handler: RequestListener, cacheControl?: string): Promise<string | number> {
  const asked = supertest(handler).get(PATH).set('Cookie', 'ory_session=token-of-alice');
  const { status, body } = await (cacheControl === undefined ? asked : asked.set('Cache-Control', cacheControl));
  await settled();
  return status === 200 ? body.identity.traits.email : status;
}

afterEach(() => jest.restoreAllMocks());

it('if the session credentials are unknown, the cache is bypassed', async () => {
  const { backend, tell } = setUp();
  backend.loggedIn = false;
  expect([await tell(), await tell(), backend.asked]).toEqual([401, 401, 2]);
  backend.loggedIn = true;
  expect(await tell()).toBe('old@example.com');
});

it('if they are known and cached, the cache is served immediately and refreshed in the background', async () => {
  const { clock, backend, tell } = setUp();
  await tell();
  backend.email = 'new@example.com';
  clock.advance(31_000);
  expect([await tell(), await tell(), backend.asked]).toEqual(['old@example.com', 'new@example.com', 2]);
});

it('Cache-Control: max-age=10 is answered from the cache if that is no older than 10 seconds', async () => {
  const { clock, backend, tell } = setUp();
  await tell();
  backend.email = 'new@example.com';
  clock.advance(10_000);
  expect(await tell('max-age=10')).toBe('old@example.com');
  clock.advance(1000);
  expect(await tell('max-age=10')).toBe('new@example.com');
});

async function forceRefresh() {
  const { backend, tell } = setUp();
  await tell();
  backend.email = 'new@example.com';
  return tell('max-age=0');
}

it('Cache-Control: max-age=0 always fetches the freshest data', async () => {
  expect(await forceRefresh()).toBe('new@example.com');
});

it('without the guard, a request that nobody reads gets the cached answer', async () => {
  jest
    .spyOn(directives, 'readRequestDirectives')
    .mockReturnValue({ maxAge: Number.POSITIVE_INFINITY, onlyIfCached: false });
  expect(await forceRefresh()).toBe('old@example.com');
});

async function updateProfile() {
  const { backend, middleware, tell } = setUp();
  await tell();
  backend.email = 'new@example.com';
  middleware.forget({ subject: 'alice' });
  return tell();
}

it('if the user updates their profile, the session is refreshed in the cache automatically', async () => {
  expect(await updateProfile()).toBe('new@example.com');
});

async function revokeElsewhere() {
  const { backend, middleware, tell } = setUp();
  await tell();
  backend.loggedIn = false;
  middleware.forget({ session: 's1' });
  return tell();
}

it('a revoked session is not served any more, not even once', async () => {
  expect(await revokeElsewhere()).toBe(401);
});

it('without the guard, the old profile and the revoked session are served', async () => {
  jest.spyOn(Forgotten.prototype, 'covers').mockReturnValue(false);
  expect([await updateProfile(), await revokeElsewhere()]).toEqual(['old@example.com', 'old@example.com']);
});

/** The kit needs no call for that: it asks its copy of the revocation log on each hit. */
async function revokeInTheLog(asksTheLog: boolean) {
  const cache = new WhoamiCache<WhoamiReport>({ clock: fakeClock(), maxAge: 60_000, toBody: sessionBody });
  let revoked = false;
  const handler: RequestListener = (req, res) => {
    void answerWhoami(req, res, {
      cache,
      key: 'the credentials of alice',
      load: async () => ({ id: 's1', subject: 'alice', traits: { email: 'old@example.com' } }),
      stillValid: () => !(asksTheLog && revoked),
      vary: [],
    });
  };
  await tell(handler);
  revoked = true;
  return tell(handler);
}

it('a session revoked in the log is not served from the cache, and without the guard it is', async () => {
  expect([await revokeInTheLog(true), await revokeInTheLog(false)]).toEqual([401, 'old@example.com']);
});
