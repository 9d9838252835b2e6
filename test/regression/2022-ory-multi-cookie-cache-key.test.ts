// Source: Ory, "Post-Mortem: Cache Key Corruption on 2022-12-20".
// Seen: for three and a half hours, visitors without any cookie appeared as a member of a client's development team.
// Cause: two session cookies in one request made the cache key `undefined`; the session was filed as the anonymous one.
// Stopped by: lib/request/credentials.ts (one key of every credential) and lib/whoami/answer.ts (a constant for nobody).
import type { IncomingMessage, RequestListener } from 'node:http';
import { parse } from 'cookie';
import supertest from 'supertest';
import * as credentials from '../../lib/request/credentials.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { whoami } from '../../lib/whoami/standalone.js';

const PATH = '/sessions/whoami';
const PROJECTS = ['ory_session_staging', 'ory_session_production'] as const;

/** The sessions upstream, by cookie value. The other project's cookies name nobody here. */
const SESSIONS = new Map([
  ['token-of-the-developer', { id: 's1', subject: 'the developer' }],
  ['token-of-the-customer', { id: 's2', subject: 'the customer' }],
]);

const bothProjects = (token: string) => `${PROJECTS[0]}=only-known-to-staging; ${PROJECTS[1]}=${token}`;

/** Steps 2 and 3 of the report, from one edge worker's view. Answers whom each client was told to be. */
async function replay(worker: RequestListener) {
  const tell = async (cookie?: string) => {
    const asked = supertest(worker).get(PATH);
    const { body } = await (cookie === undefined ? asked : asked.set('Cookie', cookie));
    return (body.identity?.id as string | undefined) ?? 'nobody';
  };
  return {
    'the developer, logged in to two projects': await tell(bothProjects('token-of-the-developer')),
    'a client without any session cookie': await tell(),
    'a customer, logged in to two projects': await tell(bothProjects('token-of-the-customer')),
    'the developer again, with one cookie': await tell(`${PROJECTS[1]}=token-of-the-developer`),
  };
}

const RIGHT = {
  'the developer, logged in to two projects': 'the developer',
  'a client without any session cookie': 'nobody',
  'a customer, logged in to two projects': 'the customer',
  'the developer again, with one cookie': 'the developer',
};

/** As in the report. With two names, `cookie[cookieName]` looks up "a,b" and finds nothing. */
function extractSession(cookie: Record<string, string | undefined>): string | null {
  const cookieName = Object.keys(cookie).filter((name) => name.startsWith('ory_session')) as unknown as string;
  if (cookie[cookieName] != null) return cookie[cookieName] ?? null;
  return null;
}

/** The worker of December 2022: answers are kept under whatever that function says, null included. */
function vulnerableWorker(): RequestListener {
  const cache = new Map<string | null, string>();
  const upstream = (req: IncomingMessage) => {
    const values = Object.values(parse(req.headers.cookie ?? ''));
    const session = values.map((value) => SESSIONS.get(value ?? '')).find((found) => found !== undefined);
    return JSON.stringify(session ? { identity: { id: session.subject } } : { error: { code: 401 } });
  };
  return (req, res) => {
    const key = extractSession(parse(req.headers.cookie ?? ''));
    const body = cache.get(key) ?? upstream(req);
    cache.set(key, body);
    res.setHeader('Content-Type', 'application/json');
    res.end(body);
  };
}

function guardedWorker(): RequestListener {
  const middleware = whoami({
    log: false,
    credentials: { cookies: PROJECTS },
    clock: fakeClock(),
    resolve: (presented) => {
      const named = presented.flatMap(({ value }) => SESSIONS.get(value) ?? []);
      return named.length === 1 ? named[0] : null;
    },
  });
  return (req, res) => middleware(req, res, () => res.end());
}

afterEach(() => jest.restoreAllMocks());

it('the worker of the report hands the developer to anonymous visitors and to others with two cookies', async () => {
  expect(await replay(vulnerableWorker())).toEqual({
    ...RIGHT,
    'a client without any session cookie': 'the developer',
    'a customer, logged in to two projects': 'the developer',
  });
});

it('whoami() tells everyone who they are', async () => {
  expect(await replay(guardedWorker())).toEqual(RIGHT);
});

it('without the guard, by the key of the report, whoami() is caught by the same steps', async () => {
  jest.spyOn(credentials, 'credentialKey').mockImplementation((all) => {
    return `${extractSession(Object.fromEntries(all.map(({ name, value }) => [name, value])))}`;
  });
  expect(await replay(guardedWorker())).toEqual({
    ...RIGHT,
    // Nobody's answer is a constant all the same: it meets no cache.
    'a customer, logged in to two projects': 'the developer',
  });
});

it('credentials of two sessions in one request are nobody, in either order', async () => {
  const [one, other] = ['token-of-the-developer', 'token-of-the-customer'];
  for (const [first, second] of [
    [one, other],
    [other, one],
  ]) {
    for (const cookie of [
      `${PROJECTS[0]}=${first}; ${PROJECTS[1]}=${second}`,
      `${PROJECTS[0]}=${first}; ${PROJECTS[0]}=${second}`,
    ]) {
      const { status, text } = await supertest(guardedWorker()).get(PATH).set('Cookie', cookie);
      expect([cookie, status, text]).toEqual([cookie, 401, expect.stringContaining('session_inactive')]);
    }
  }
});
