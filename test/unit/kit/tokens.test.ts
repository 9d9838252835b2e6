/** Tokens for clients without cookies: where they are accepted, what they can do, and that nobody gets two identities. */
import { memory } from '../../../lib/stores/memory.js';
import { FRAMEWORKS, type Framework, parameter, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';
import { lastSeenWritten } from '../../helpers/last-seen-written.js';
import { SECRETS } from '../../helpers/tokens.js';

const DAY = 86_400_000;

interface Issued {
  readonly token: string;
  readonly expiresAt: number;
}

async function issuing(framework: Framework = 'express 5') {
  const app = await startKit({
    framework,
    routes(routes, sessions) {
      routes.on('*', '/token', async (req, res) => {
        const remember = parameter(req, 'remember') === 'yes';
        const issued = await sessions.of(req).issueToken(parameter(req, 'as'), { plan: 'free' }, { remember });
        res.setHeader('Cache-Control', 'public, max-age=60');
        res.end(JSON.stringify(issued));
      });
      routes.on('*', '/private', sessions.requireSession());
      routes.on('*', '/private', (req, res) => res.end(sessions.of(req).subject));
      routes.on('GET', '/seen', (req, res) => res.end(JSON.stringify([req.headers, req.rawHeaders])));
      for (const name of ['start', 'update', 'regenerate', 'reauthenticated'] as const) {
        routes.on('POST', `/${name}`, async (req, res) => {
          const session = sessions.of(req);
          if (name === 'start') await session.start('bob');
          else if (name === 'update') await session.update({ a: 1 });
          else if (name === 'regenerate') await session.regenerate();
          else await session.reauthenticated('alice');
          res.end('written');
        });
      }
    },
  });
  const client = app.browser();
  const issue = async (as: string, remember = 'no') =>
    JSON.parse((await client.post(`/token?as=${as}&remember=${remember}`)).body) as Issued;
  return { app, client, issue };
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe.each(FRAMEWORKS)('%s', (framework) => {
  it.each([
    ['Authorization', (token: string) => ({ authorization: `Bearer ${token}` })],
    ['X-Session-Token', (token: string) => ({ 'x-session-token': token })],
    ['both', (token: string) => ({ authorization: `Bearer ${token}`, 'x-session-token': token })],
  ])('accepts a token in %s, and sets no cookie', async (_where, headers) => {
    const { app, client, issue } = await issuing(framework);
    const { token, expiresAt } = await issue('alice');
    expect(expiresAt).toBe(app.clock.now() + 14 * DAY);
    const answer = await client.get('/me', { headers: headers(token) });
    expect(JSON.parse(answer.body)).toMatchObject({ active: true, subject: 'alice', data: { plan: 'free' } });
    expect([answer.setCookies, answer.headers['cache-control']]).toEqual([[], PACKED]);
    expect((await client.post('/private', { headers: headers(token) })).body).toBe('alice');
  });
});

it('answers whoami, with no token in it', async () => {
  const { client, issue } = await issuing();
  const { token } = await issue('alice');
  const answer = await client.get('/sessions/whoami', bearer(token));
  expect([answer.status, answer.setCookies]).toEqual([200, []]);
  expect(JSON.parse(answer.body)).toMatchObject({ active: true, identity: { id: 'alice' } });
  expect(answer.raw).not.toContain(token);
});

describe('issueToken()', () => {
  it('lets nothing of the token into a cache, and sets no cookie', async () => {
    const { app, client } = await issuing();
    const answer = await client.post('/token?as=alice');
    expect([answer.headers['cache-control'], answer.setCookies]).toEqual([PACKED, []]);
    const { token } = JSON.parse(answer.body) as Issued;
    expect(JSON.stringify(app.events)).not.toContain(token.slice(20, 60));
    expect(app.codes()).toContain('token.issued');
  });

  it('throws on a safe method, without a subject, with options it does not have', async () => {
    const { app, client } = await issuing();
    const unsafe = await client.get('/token?as=alice');
    expect([unsafe.status, unsafe.body]).toEqual([500, 'ERR_SESSION_WRITE_ON_SAFE_METHOD']);
    expect(app.errors[0]?.message).toMatch(
      /session\.issueToken\(\) in GET \/token .*a token never leaves on a GET.*POST/,
    );
    expect((await client.post('/token?as=')).body).toBe('ERR_INVALID_SUBJECT');
  });

  it('leaves the session of its own request as it is', async () => {
    const { app } = await issuing();
    const alice = app.browser();
    await alice.login('alice');
    const before = await alice.me();
    const { body } = await alice.post('/token?as=alice');
    expect(await alice.me()).toEqual(before);
    const me = await app.browser().me(bearer((JSON.parse(body) as Issued).token));
    expect(me).toMatchObject({ active: true, subject: 'alice' });
    expect(me.id).not.toBe(before.id);
  });

  it('gives a token that is listed, revoked and limited like any other session', async () => {
    const { app, client, issue } = await issuing();
    const { token } = await issue('alice');
    const rows = [];
    for await (const row of app.sessions.list('alice')) rows.push(row.id);
    expect(rows).toEqual([(await client.me(bearer(token))).id]);
    await app.sessions.revoke.subject('alice');
    expect(await client.me(bearer(token))).toMatchObject({ active: false, inactiveBecause: 'revoked' });
    expect((await client.get('/private', bearer(token))).status).toBe(401);
    for (let time = 1; time < 100; time++) await issue('alice');
    expect((await client.post('/token?as=alice')).body).toBe('ERR_TOO_MANY_SESSIONS');
  });

  it('gives a token that ends when it was idle, and is seen by its requests', async () => {
    const { app, client, issue } = await issuing();
    const [used, unused, remembered] = [await issue('alice'), await issue('alice'), await issue('alice', 'yes')];
    expect(remembered.expiresAt).toBe(app.clock.now() + 30 * DAY);
    app.clock.advance(DAY - 1);
    await client.me(bearer(used.token));
    await lastSeenWritten(app);
    app.clock.advance(1);
    expect((await client.me(bearer(unused.token))).inactiveBecause).toBe('idle');
    expect((await client.me(bearer(used.token))).active).toBe(true);
    app.clock.advance(10 * DAY);
    expect((await client.me(bearer(remembered.token))).active).toBe(true);
  });
});

describe('a request with a token', () => {
  it.each(['start', 'update', 'regenerate', 'reauthenticated'])(
    'can not %s(), for that needs a cookie',
    async (name) => {
      const { app, client, issue } = await issuing();
      const { token } = await issue('alice');
      const answer = await client.post(`/${name}`, bearer(token));
      expect([answer.status, answer.body, answer.setCookies]).toEqual([400, 'ERR_TOKEN_SESSION', []]);
      expect(app.errors[0]?.message).toMatch(
        new RegExp(`session\\.${name}\\(\\) in POST /${name} \\(.*tokens\\.test\\.ts:\\d+\\)`),
      );
      expect((await client.me(bearer(token))).subject).toBe('alice');
    },
  );

  it('ends its session with destroy(), from another origin too, and sets no cookie', async () => {
    const { client, issue } = await issuing();
    const { token } = await issue('alice');
    const headers = { ...bearer(token).headers, origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' };
    const answer = await client.post('/logout', { headers });
    expect([answer.status, answer.setCookies, answer.headers['clear-site-data']]).toEqual([200, [], undefined]);
    expect((await client.me(bearer(token))).inactiveBecause).toBe('revoked');
  });

  it('is not sent a cookie either where a retired secret sealed the token', async () => {
    const store = memory({ insecureInProduction: true }).open({ keep: 1e12 });
    const shared = { name: 'shared', open: () => ({ ...store, close: async () => {} }) };
    const before = await startKit({
      options: { store: shared, secrets: [SECRETS[1]] },
      routes: (routes, sessions) =>
        routes.on('POST', '/token', async (req, res) => res.end((await sessions.of(req).issueToken('alice')).token)),
    });
    const { body } = await before.browser().post('/token');
    const rotated = await startKit({ options: { store: shared, secrets: [SECRETS[0], SECRETS[1]] } });
    const answer = await rotated.browser().post('/me', bearer(body));
    expect([JSON.parse(answer.body).subject, answer.setCookies]).toEqual(['alice', []]);
  });

  it('can be given a new token', async () => {
    const { client, issue } = await issuing();
    const { token } = await issue('alice');
    const { body } = await client.post('/token?as=alice', bearer(token));
    expect((await client.me(bearer((JSON.parse(body) as Issued).token))).subject).toBe('alice');
  });

  it('takes no notice of what cookies of the kit lie about, and renews none', async () => {
    const { app, issue } = await issuing();
    const { token } = await issue('alice');
    const browser = app.browser();
    await browser.login('bob');
    await browser.post('/logout');
    const answer = await browser.get('/me', bearer(token));
    expect([JSON.parse(answer.body).subject, answer.setCookies]).toEqual(['alice', []]);
    expect(app.codes()).not.toEqual(expect.arrayContaining(['swap.suspected']));
  });
});

describe('a token as a cookie, and a cookie as a token,', () => {
  it('are unreadable and name nobody', async () => {
    const { app, client, issue } = await issuing();
    const { token } = await issue('alice');
    const alice = app.browser();
    await alice.login('alice');
    const { session } = alice.held;
    for (const value of [token, token.replaceAll('.', '*').replace('Fe26*2', 'Fe26.2')]) {
      const me = await client.me({ cookie: client.cookie({ session: value }) });
      expect([me.active, me.inactiveBecause]).toEqual([false, 'unreadable']);
    }
    for (const value of [session, session.replaceAll('*', '.')]) {
      for (const headers of [bearer(value).headers, { 'x-session-token': value }]) {
        const me = await client.me({ headers });
        expect([me.active, me.inactiveBecause]).toEqual([false, 'unreadable']);
      }
    }
  });

  it('stay so once each was opened as what it is', async () => {
    const { app, client, issue } = await issuing();
    const { token } = await issue('alice');
    expect((await client.me(bearer(token))).active).toBe(true);
    const sealed = token.replaceAll('.', '*').replace('Fe26*2', 'Fe26.2');
    expect((await client.me({ cookie: client.cookie({ session: sealed }) })).active).toBe(false);
    const alice = app.browser();
    await alice.login('alice');
    await alice.me();
    expect((await client.me(bearer(alice.held.session.replaceAll('*', '.')))).active).toBe(false);
  });

  it.each(['access_token', 'token'])('a token in the query as %s names nobody', async (name) => {
    const { client, issue } = await issuing();
    const { token } = await issue('alice');
    const { body } = await client.get(`/me?${name}=${encodeURIComponent(token)}`);
    expect(JSON.parse(body)).toMatchObject({ active: false, inactiveBecause: 'none' });
  });
});

describe('two credentials of different sessions (R5)', () => {
  const AMBIGUOUS = { active: false, subject: null, inactiveBecause: 'ambiguous' };

  async function twoUsers() {
    const made = await issuing();
    const bob = made.app.browser();
    await bob.login('bob');
    const [alice, carol] = [await made.issue('alice'), await made.issue('carol')];
    return { ...made, bob, alice, carol };
  }

  it('of cookie and token name nobody: uncached, reported, no cookie, and out of the request', async () => {
    const { app, bob, alice } = await twoUsers();
    const answer = await bob.get('/me', bearer(alice.token));
    expect(JSON.parse(answer.body)).toMatchObject(AMBIGUOUS);
    expect([answer.headers['cache-control'], answer.setCookies]).toEqual([PACKED, []]);
    expect(app.codes()).toContain('credentials.mismatch');
    expect((await bob.get('/private', bearer(alice.token))).status).toBe(401);
    expect((await bob.get('/sessions/whoami', bearer(alice.token))).status).toBe(401);
    const seen = (await bob.get('/seen', bearer(alice.token))).body;
    for (const secret of [bob.held.session, alice.token]) expect(seen).not.toContain(secret);
    expect((await bob.me()).subject).toBe('bob');
  });

  it.each(['login?as=eve', 'logout', 'token?as=eve'])('refuse POST /%s', async (path) => {
    const { bob, alice } = await twoUsers();
    const answer = await bob.post(`/${path}`, bearer(alice.token));
    expect([answer.status, answer.body, answer.setCookies]).toEqual([400, 'ERR_AMBIGUOUS_CREDENTIALS', []]);
    expect((await bob.me()).subject).toBe('bob');
  });

  it('of two tokens name nobody, in whichever headers', async () => {
    const { client, alice, carol } = await twoUsers();
    const pairs = [
      [alice, carol],
      [carol, alice],
    ] as const;
    for (const [one, other] of pairs) {
      const headers = { ...bearer(one.token).headers, 'x-session-token': other.token };
      expect(await client.me({ headers })).toMatchObject(AMBIGUOUS);
    }
  });

  it('name nobody even where one of the sessions has ended', async () => {
    const { app, client, bob, alice, carol } = await twoUsers();
    await app.sessions.revoke.subject('alice');
    expect(await bob.me(bearer(alice.token))).toMatchObject(AMBIGUOUS);
    const headers = { ...bearer(carol.token).headers, 'x-session-token': alice.token };
    expect(await client.me({ headers })).toMatchObject(AMBIGUOUS);
  });

  it('may be of the same session: one token twice, or beside forgeries, which say nothing', async () => {
    const { client, alice } = await twoUsers();
    for (const other of [alice.token, alice.token.replace(/.~2$/, '_~2')]) {
      const headers = { ...bearer(alice.token).headers, 'x-session-token': other };
      expect(await client.me({ headers })).toMatchObject({ active: true, subject: 'alice' });
    }
  });

  it("are not a token of somebody else's service, or one that does not open, beside a session", async () => {
    const { bob, alice } = await twoUsers();
    for (const value of ['eyJhbGciOi.x.y', alice.token.slice(0, -4), 'Fe26.2.', 'Fe26.2.1.x~2']) {
      expect((await bob.me(bearer(value))).subject).toBe('bob');
    }
  });
});

it('has neither messages nor logins at other sites, which live in cookies', async () => {
  const app = await startKit({
    routes(routes, sessions) {
      routes.on('POST', '/token', async (req, res) => res.end((await sessions.of(req).issueToken('alice')).token));
      routes.on('POST', '/flash', (req) => sessions.flash(req, 'info', 'x'));
      routes.on('POST', '/begin', (req, res) => sessions.beginLogin(req, res));
      routes.on('POST', '/callback', (req) => sessions.loginAttempt(req));
      routes.on('GET', '/read', (req, res) => res.end(JSON.stringify(sessions.takeFlash(req))));
    },
  });
  const { body: token } = await app.browser().post('/token');
  for (const path of ['/flash', '/begin', '/callback?state=x']) {
    const answer = await app.browser().post(path, bearer(token));
    expect([answer.body, answer.setCookies]).toEqual(['ERR_TOKEN_SESSION', []]);
  }
  const read = await app.browser().get('/read', { ...bearer(token), cookie: `${app.names.flash}=x` });
  expect([read.body, read.setCookies]).toEqual(['[]', []]);
});
