/** R5, R6 through the kit: of two values of the session cookie neither is believed; anonymous is a constant. */
import cookieParser from 'cookie-parser';
import { FRAMEWORKS, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

describe.each(FRAMEWORKS)('%s', (framework) => {
  async function twoUsers() {
    const app = await startKit({ framework });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    return { app, alice, bob };
  }

  it.each([
    ['first', 'alice', 'bob'],
    ['last', 'bob', 'alice'],
  ])('believes not even the %s of two session cookies', async (_which, one, two) => {
    const { app, alice, bob } = await twoUsers();
    const of = { alice, bob } as Record<string, typeof alice>;
    const cookie = [one, two].map((name) => alice.cookie({ session: of[name]?.held.session ?? '' })).join('; ');
    const answer = await alice.get('/me', { cookie });
    expect(JSON.parse(answer.body)).toMatchObject({ active: false, subject: null, inactiveBecause: 'ambiguous' });
    expect(answer.headers['cache-control']).toBe(PACKED);
    expect((await alice.get('/sessions/whoami', { cookie })).status).toBe(401);
    expect(app.events.find(({ code }) => code === 'cookie.duplicate')?.detail).toEqual({
      cookie: app.names.session,
      differ: true,
    });
  });

  it('counts identical copies as one, with an event', async () => {
    const { app, alice } = await twoUsers();
    const cookie = Array(3).fill(alice.cookie(alice.held)).join('; ');
    expect((await alice.me({ cookie })).subject).toBe('alice');
    expect(app.events.find(({ code }) => code === 'cookie.duplicate')?.detail).toMatchObject({ differ: false });
  });
});

it('takes the cookies away from cookie-parser that was mounted before', async () => {
  const seen: unknown[] = [];
  const app = await startKit({
    before: (routes) => routes.use(cookieParser(['k'.repeat(32)])),
    routes: (routes) =>
      routes.on('GET', '/seen', (req, res) => {
        const { cookies } = req as unknown as { cookies: object };
        seen.push(Object.keys(cookies), req.headers.cookie, req.headersDistinct.cookie, req.rawHeaders.join());
        res.end();
      }),
  });
  const cookie = `${app.names.session}=a; theme=dark; ${app.names.session}=b; ${app.names.owner}=c`;
  await app.browser().get('/seen', { cookie });
  expect(seen.slice(0, 3)).toEqual([['theme'], 'theme=dark', ['theme=dark']]);
  expect(seen[3]).not.toContain(app.names.session);
});

it('ignores look-alike names, with an event', async () => {
  const app = await startKit({ environment: 'production' });
  const alice = app.browser();
  await alice.login('alice');
  // Header text holds one byte a character.
  const utf8 = ['__Host-session\u00a0', '\u2000__Host-session'].map((name) => Buffer.from(name).toString('latin1'));
  for (const name of ['__host-session', '__Host-sessio%6e', '__Host-session\xa0', ...utf8]) {
    const cookie = `${name}=${alice.held.session}`;
    expect((await alice.me({ cookie })).active).toBe(false);
    expect((await alice.me({ cookie: `${cookie}; ${alice.cookie(alice.held)}` })).subject).toBe('alice');
  }
  expect(app.codes().filter((code) => code === 'cookie.lookalike')).toHaveLength(10);
});

it.each([
  ['Basic auth', 'authorization', 'Basic YWRtaW46aHVudGVyMg==', 'Authorization'],
  ['a foreign bearer', 'authorization', 'Bearer eyJhbGciOi.foreign', 'Authorization'],
  ['a foreign session token', 'x-session-token', 'ory_st_foreign', 'X-Session-Token'],
])('%s beside a session names nobody: the session stays, the response is private', async (_what, name, value, vary) => {
  const app = await startKit({ routes: (routes) => routes.on('GET', '/page', (_req, res) => res.end('page')) });
  const alice = app.browser();
  await alice.login('alice');
  const headers = { [name]: value };
  expect((await alice.me({ headers })).subject).toBe('alice');
  for (const answer of [await alice.get('/page', { headers }), await app.browser().get('/page', { headers })]) {
    expect(answer.headers['cache-control']).toBe(PACKED);
    expect(String(answer.headers.vary).split(', ')).toEqual(expect.arrayContaining(['Cookie', vary]));
  }
  expect((await app.browser().me({ headers })).active).toBe(false);
  expect((await app.browser().get('/sessions/whoami', { headers })).status).toBe(401);
});

it('keys the identity by every credential', async () => {
  let loads = 0;
  const app = await startKit({ options: { identity: (id) => ({ id, load: ++loads }) } });
  const alice = app.browser();
  await alice.login('alice');
  const load = async (authorization: string) => {
    const { body } = await alice.get('/sessions/whoami', { headers: { authorization } });
    return (JSON.parse(body) as { identity: { traits: { load: number } } }).identity.traits.load;
  };
  expect([await load('Basic a'), await load('Basic b'), await load('Basic a')]).toEqual([1, 2, 1]);
});

it('answers anonymous requests with a constant', async () => {
  const app = await startKit();
  const alice = app.browser();
  await alice.login('alice');
  const cookies = [
    '',
    'theme=dark',
    `${app.names.session}=garbage`,
    `${app.names.session}=a; ${app.names.session}=b`,
    alice.cookie({ owner: alice.held.owner, activity: alice.held.activity }),
  ];
  const bodies = await Promise.all(
    cookies.map(
      async (cookie) => (await app.browser().get('/sessions/whoami', { headers: cookie ? { cookie } : {} })).body,
    ),
  );
  expect(new Set(bodies).size).toBe(1);
  await alice.post('/logout');
  expect((await alice.get('/sessions/whoami')).body).toBe(bodies[0]);
});

it('calls a seal that it can not open unreadable, and reports it', async () => {
  const app = await startKit();
  const garbage = app.browser().cookie({ session: 'Fe26.2*1*x~2' });
  expect((await app.browser().me({ cookie: garbage })).inactiveBecause).toBe('unreadable');
  expect(app.codes()).toContain('session.unreadable');
});
