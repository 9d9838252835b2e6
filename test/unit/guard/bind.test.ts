/** guard({ bind }) in front of real express-session and Passport: nothing breaks, and nobody becomes somebody else. */
import session from 'express-session';
import {
  type BoundSetting,
  linesOf,
  logIn,
  meIn,
  oauthLogin,
  postLogin,
  SID,
  startBound,
} from '../../helpers/bound-app.js';
import { inEnvironment } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

const PRIVATE = { 'cache-control': PACKED };
const MINUTE = 60_000;
const LONGEST = 400 * 24 * 3600;
const WITH_LIFETIME = { cookie: { maxAge: 30 * MINUTE } };

const SETTINGS = (['express 4', 'express 5'] as const).flatMap((framework) =>
  [true, false].flatMap((saveUninitialized) =>
    [true, false].map((rolling) => ({
      framework,
      session: { saveUninitialized, rolling, resave: rolling, ...WITH_LIFETIME },
    })),
  ),
);

describe.each(SETTINGS)('$framework, $session', (setting: BoundSetting) => {
  it('keeps the anonymous session of a form, whose token the login needs', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    expect(await logIn(browser, 'alice')).toMatchObject({ status: 200, body: 'alice' });
    expect(await meIn(browser)).toBe('alice');
    expect(app.codes().filter((code) => code !== 'bind.untagged')).toEqual([]);
  });

  it('never stops a login by GET', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    const answer = await oauthLogin(browser);
    expect(answer).toMatchObject({ status: 302, headers: { ...PRIVATE, location: '/me' } });
    expect(await meIn(browser)).toBe('oauth');
    expect(app.events.filter(({ code }) => code === 'login.on_get')).toMatchObject([
      {
        route: 'GET /callback',
        severity: 'warn',
        detail: { refused: false },
        message: expect.stringMatching(/POST.*viaPost/),
      },
    ]);
  });

  it('lets a login by GET take the place of a tagged session, whose tag ends', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    await logIn(browser, 'alice');
    expect(browser.jar.get(app.ownerName)).toBeDefined();
    await browser.get('/magic');
    expect(browser.jar.get(app.ownerName)).toBeUndefined();
    expect(await meIn(browser)).toBe('magic');
    expect(app.codes()).toContain('login.on_get');
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('lets flash messages pass from a GET to the next', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    await browser.get('/warn');
    expect((await browser.get('/warned')).body).toBe('hello');
    await logIn(browser, 'alice');
    await browser.get('/warn');
    expect((await browser.get('/warned')).body).toBe('hello');
  });

  it('logs out by POST, by GET, and in again', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    for (const method of ['POST', 'GET']) {
      for (const path of ['/logout', '/destroy']) {
        await logIn(browser, 'alice');
        expect(await meIn(browser)).toBe('alice');
        await browser.ask(method, path);
        expect(await meIn(browser)).toBe('nobody');
      }
    }
    expect(await logIn(browser, 'bob')).toMatchObject({ body: 'bob' });
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('accepts a session from before the guard, and tags it when its cookie is set again', async () => {
    const before = await startBound({ ...setting, bind: null });
    const old = before.browser();
    await logIn(old, 'alice');
    const app = await startBound(setting, before.store);
    const browser = app.browser();
    browser.jar.store(`${SID}=${old.jar.get(SID)}; Path=/`);
    expect(await meIn(browser)).toBe('alice');
    expect(app.detailsOf('bind.untagged')).toEqual([{ count: 1, refused: false }]);
    await browser.post('/views');
    expect(browser.jar.get(app.ownerName)).toBeDefined();
    expect(await meIn(browser)).toBe('alice');
  });

  it('takes a new visitor for a session that is gone, without an alarm', async () => {
    const app = await startBound(setting);
    const browser = app.browser();
    await logIn(browser, 'alice');
    app.store.clear();
    expect((await browser.get('/views')).body).toBe('1');
    expect((await browser.get('/views')).body).toBe('2');
    expect(await logIn(browser, 'alice')).toMatchObject({ body: 'alice' });
    expect(app.codes().filter((code) => code !== 'bind.untagged')).toEqual([]);
  });

  it('keeps nobody with the wrong session from a login by GET, which is named', async () => {
    const app = await startBound(setting);
    const [alice, bob] = [app.browser(), app.browser()];
    await logIn(alice, 'alice');
    await logIn(bob, 'bob');
    bob.jar.store(`${SID}=${alice.jar.get(SID)}; Path=/`);
    expect(await meIn(bob)).toBe('nobody');
    await oauthLogin(bob);
    expect(await meIn(bob)).not.toMatch(/alice|nobody/);
    expect(app.codes()).toContain('login.on_get');
    expect(await meIn(alice)).toBe('alice');
  });

  it('does not let a replayed cookie displace a tagged user', async () => {
    const app = await startBound(setting);
    const [alice, bob] = [app.browser(), app.browser()];
    await logIn(alice, 'alice');
    await logIn(bob, 'bob');
    bob.jar.store(`${SID}=${alice.jar.get(SID)}; Path=/`);
    for (const path of ['/me', '/views', '/unchanged', '/login', '/destroy']) {
      const answer = await bob.get(path);
      expect(answer.body).not.toBe('alice');
      expect(answer.setCookies).toEqual([]);
      expect(answer.headers).toMatchObject(PRIVATE);
    }
    expect(app.codes().filter((code) => code === 'swap.suspected')).toEqual(['swap.suspected']);
    expect(await meIn(alice)).toBe('alice');
    // Any unsafe method ends it, and the form works again.
    await bob.post('/views');
    expect(bob.jar.get(SID)).not.toBe(alice.jar.get(SID));
    expect(await logIn(bob, 'bob')).toMatchObject({ body: 'bob' });
    expect([await meIn(bob), await meIn(alice)]).toEqual(['bob', 'alice']);
  });
});

describe('the owner tag', () => {
  it('leaves with the session cookie on unsafe methods, and has its lifetime', async () => {
    const app = await startBound({ session: WITH_LIFETIME });
    const browser = app.browser();
    const begun = await browser.get('/login');
    expect(linesOf(begun, SID)).toHaveLength(1);
    expect(linesOf(begun, app.ownerName)).toEqual([]);
    const answer = await postLogin(browser, 'alice');
    const [tag = ''] = linesOf(answer, app.ownerName);
    expect(tag).toMatch(/^dev-\d+-owner=[\w-]{43}\.[\w-]{43}; Path=\/; Expires=\w{3}, .*; SameSite=Lax$/);
    expect(tag).not.toMatch(/HttpOnly|Secure/);
    expect(expiresOf(tag)).toBe(expiresOf(linesOf(answer, SID)[0] ?? ''));
  });

  it('is __Host-owner in production', async () => {
    const app = await inEnvironment('production', () => startBound());
    const answer = await postLogin(app.browser(), 'alice');
    expect(linesOf(answer, '__Host-owner')[0]).toMatch(/^__Host-owner=[\w.-]{87}; Path=\/; Secure; SameSite=Lax$/);
  });

  it('ends with the browser where the session does', async () => {
    const app = await startBound();
    const answer = await postLogin(app.browser(), 'alice');
    expect(answer.setCookies.join()).not.toMatch(/Expires|Max-Age/);
    expect(linesOf(answer, app.ownerName)).toHaveLength(1);
  });

  it('is not sent alone: it could arrive after another login', async () => {
    const app = await startBound({ session: { saveUninitialized: true } });
    const browser = app.browser();
    await browser.get('/me');
    expect((await browser.post('/views')).setCookies).toEqual([]);
  });

  it('ends with the session cookie', async () => {
    const app = await startBound();
    for (const method of ['GET', 'POST']) {
      const browser = app.browser();
      await postLogin(browser, 'alice');
      const answer = await browser.ask(method, '/destroy');
      expect(linesOf(answer, SID)[0]).toMatch(/Expires=Thu, 01 Jan 1970/);
      expect(linesOf(answer, app.ownerName)[0]).toMatch(/^[\w-]+=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/);
      expect(browser.jar.header('/')).toBe('');
    }
  });

  it('ends when a GET begins a session in a browser that still has one', async () => {
    const app = await startBound();
    const browser = app.browser();
    await postLogin(browser, 'alice');
    browser.jar.store(`${SID}=; Max-Age=0; Path=/`);
    await browser.get('/views');
    expect(browser.jar.get(app.ownerName)).toBeUndefined();
    expect((await browser.get('/views')).body).toBe('2');
  });

  it('of a retired secret, of another app or of nobody counts as none', async () => {
    const app = await startBound();
    const other = await startBound({ bind: { secret: 'Zk3vT9qLw2XyB7nC5mJd8RfHsGpA4eUo6iKbMx1QcVt' } }, app.store);
    const browser = app.browser();
    await postLogin(browser, 'alice');
    const stranger = other.browser();
    await postLogin(stranger, 'bob');
    for (const tag of [
      stranger.jar.get(other.ownerName) ?? '',
      'x',
      'a.b',
      '.',
      `${'x'.repeat(43)}.${'y'.repeat(43)}`,
    ]) {
      browser.jar.store(`${app.ownerName}=${tag}; Path=/`);
      expect(await meIn(browser)).toBe('alice');
    }
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('of an older secret in the list still counts', async () => {
    const [older, newer] = [
      'Zk3vT9qLw2XyB7nC5mJd8RfHsGpA4eUo6iKbMx1QcVt',
      'pR4sT8uVw2XyB7nC5mJd8RfHsGpA4eUo6iKbMx1QcZk',
    ];
    const before = await startBound({ bind: { secret: older } });
    const [alice, bob] = [before.browser(), before.browser()];
    await postLogin(alice, 'alice');
    await postLogin(bob, 'bob');
    const app = await startBound({ bind: { secret: [newer, older] } }, before.store);
    const ask = (session: typeof alice, tag: typeof alice) =>
      app
        .browser()
        .get('/me', { cookie: `${SID}=${session.jar.get(SID)}; ${app.ownerName}=${tag.jar.get(before.ownerName)}` });
    expect((await ask(alice, alice)).body).toBe('alice');
    expect((await ask(alice, bob)).body).toBe('nobody');
  });

  it('that came twice is not compared', async () => {
    const app = await startBound();
    const [alice, bob] = [app.browser(), app.browser()];
    await postLogin(alice, 'alice');
    await postLogin(bob, 'bob');
    for (const order of [
      [alice, bob],
      [bob, alice],
    ]) {
      const tags = order.map((browser) => `${app.ownerName}=${browser.jar.get(app.ownerName)}`).join('; ');
      expect((await alice.get('/me', { cookie: `${SID}=${alice.jar.get(SID)}; ${tags}` })).body).toBe('alice');
    }
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('is no credential, whether cookies are named or not', async () => {
    const routes: BoundSetting['routes'] = (app) =>
      app.get('/page', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('page'));
    for (const cookies of [[SID], null]) {
      const app = await startBound({ cookies, routes });
      const { headers } = await app.browser().get('/page', { cookie: `${app.ownerName}=a; ${app.ownerName}=b` });
      expect(headers['cache-control']).toBe('public, max-age=60');
    }
  });

  it('is not given to a cookie with a Domain or a Path of its own, which is said once', async () => {
    for (const cookie of [{ path: '/me' }, { domain: 'example.test' }]) {
      const app = await startBound({
        routes: (routes) =>
          routes.all('/set', (_req, res) => void res.cookie(SID, 's:new.sig', { path: '/', ...cookie }).end()),
      });
      for (let times = 0; times < 2; times++) {
        const answer = await app.browser().post('/set');
        expect(linesOf(answer, app.ownerName)).toEqual([]);
      }
      expect(app.detailsOf('bind.ineffective')).toEqual([{ cookie: SID, why: 'scope' }]);
    }
  });

  it('goes with the session into frames of other sites', async () => {
    const line = 's:new.sig; Path=/; Secure; SameSite=None; Partitioned';
    const app = await inEnvironment('production', () =>
      startBound({
        routes: (routes) => routes.post('/set', (_req, res) => void res.set('Set-Cookie', `${SID}=${line}`).end()),
      }),
    );
    expect(linesOf(await app.browser().post('/set'), '__Host-owner')[0]).toMatch(/Secure; Partitioned; SameSite=None$/);
  });
});

describe('a renewal of the session that came', () => {
  const ROLLING = { session: { rolling: true, ...WITH_LIFETIME } };

  it.each(['GET', 'HEAD', 'OPTIONS'])('is withheld on %s', async (method) => {
    const app = await startBound({
      ...ROLLING,
      routes: (routes) => routes.all('/any', (req, res) => void res.send(String(Object.keys(req.session).length))),
    });
    const browser = app.browser();
    await postLogin(browser, 'alice');
    expect((await browser.ask(method, '/any')).setCookies).toEqual([]);
  });

  it('is withheld on a 304 and on a head written by hand', async () => {
    const app = await startBound({
      ...ROLLING,
      routes: (routes) => routes.get('/raw', (_req, res) => void res.writeHead(200, { 'X-Raw': '1' }).end('raw')),
    });
    const browser = app.browser();
    await postLogin(browser, 'alice');
    expect(await browser.get('/unchanged')).toMatchObject({ status: 304, setCookies: [] });
    expect(await browser.get('/raw')).toMatchObject({ body: 'raw', setCookies: [] });
  });

  it('is lengthened on unsafe methods, as the first one is, and the store still ends the session', async () => {
    const app = await startBound(ROLLING);
    const browser = app.browser();
    const lines = [
      linesOf(await browser.get('/login'), SID)[0],
      linesOf(await postLogin(browser, 'alice'), SID)[0],
      linesOf(await browser.post('/views'), SID)[0],
      linesOf(await browser.get('/magic'), SID)[0],
    ];
    for (const line of lines)
      expect(Math.abs(expiresOf(line ?? '') - Date.now() - LONGEST * 1000)).toBeLessThan(MINUTE);
    const kept = Object.values((app.store as unknown as { sessions: Record<string, string> }).sessions);
    for (const data of kept) {
      const { expires } = (JSON.parse(data) as { cookie: { expires: string } }).cookie;
      expect(Date.parse(expires)).toBeLessThan(Date.now() + 31 * MINUTE);
    }
  });

  it('with Max-Age is lengthened too; one without a lifetime is not', async () => {
    const lines = [`${SID}=s:a.sig; Path=/; max-age=60; HttpOnly`, `${SID}=s:a.sig; Path=/; Expires=soon`];
    for (const [line, expected] of [
      [lines[0], `${SID}=s:a.sig; Path=/; Max-Age=${LONGEST}; HttpOnly`],
      [lines[1], lines[1]],
    ]) {
      const app = await startBound({
        routes: (routes) => routes.post('/set', (_req, res) => void res.set('Set-Cookie', line).end()),
      });
      expect(linesOf(await app.browser().post('/set'), SID)).toEqual([expected]);
    }
  });

  it('takes an upstream cookie of the same name with it, which stood before it', async () => {
    const app = await startBound({
      ...ROLLING,
      routes: (routes) =>
        routes.all('/proxied', (_req, res) => void res.set('Set-Cookie', `${SID}=s:upstream.sig; Path=/`).end()),
    });
    const browser = app.browser();
    await postLogin(browser, 'alice');
    expect((await browser.get('/proxied')).setCookies).toEqual([]);
    expect(await meIn(browser)).toBe('alice');
    const posted = await browser.post('/proxied');
    expect(linesOf(posted, SID)).toHaveLength(1);
    expect(posted.raw).not.toContain('upstream');
  });

  it('leaves expiries on several paths as they are', async () => {
    const lines = ['/', '/app'].map((path) => `${SID}=; Path=${path}; Expires=Thu, 01 Jan 1970 00:00:00 GMT`);
    const app = await startBound({
      routes: (routes) => routes.get('/out', (_req, res) => void res.set('Set-Cookie', lines).end()),
    });
    const browser = app.browser();
    await postLogin(browser, 'alice');
    expect(linesOf(await browser.get('/out'), SID)).toEqual(lines);
  });
});

describe('a swapped session', () => {
  async function swapped(setting: BoundSetting = {}) {
    const app = await startBound(setting);
    const [alice, bob] = [app.browser(), app.browser()];
    await postLogin(alice, 'alice');
    await postLogin(bob, 'bob');
    const own = bob.jar.get(SID);
    bob.jar.store(`${SID}=${alice.jar.get(SID)}; Path=/`);
    return { app, alice, bob, own };
  }

  it('is a critical event with two hashes, once for the pair, without any credential', async () => {
    const { app, alice, bob, own } = await swapped();
    await bob.get('/me');
    await bob.get('/me');
    const [event, ...more] = app.events.filter(({ code }) => code === 'swap.suspected');
    expect(more).toEqual([]);
    expect(event).toMatchObject({ severity: 'critical', route: 'GET /me' });
    expect(event?.detail).toEqual({
      session: expect.stringMatching(/^[\w-]{43}$/),
      owner: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (const secret of [alice.jar.get(SID), own]) {
      const id = decodeURIComponent(secret ?? '')
        .slice(2)
        .split('.', 1)[0];
      expect(JSON.stringify(app.events)).not.toContain(id);
    }
  });

  it('is nowhere in the request', async () => {
    const { bob, alice } = await swapped({
      routes: (routes) =>
        routes.all('/echo', (req, res) => void res.send([req.headers, req.rawHeaders, req.headersDistinct])),
    });
    for (const method of ['GET', 'POST'])
      expect((await bob.ask(method, '/echo')).body).not.toContain(alice.jar.get(SID));
  });

  it('leaves the wrong browser with the next unsafe method, and its tag only then can end', async () => {
    const { app, bob, alice } = await swapped({
      routes: (routes) => routes.post('/quiet', (_req, res) => void res.end('quiet')),
    });
    const tag = bob.jar.get(app.ownerName);
    const answer = await bob.post('/quiet');
    expect(linesOf(answer, SID)).toEqual([expect.stringMatching(/^connect\.sid=; Max-Age=0; Path=\/; /)]);
    expect([bob.jar.get(SID), bob.jar.get(app.ownerName)]).toEqual([undefined, tag]);
    expect((await bob.get('/views')).body).toBe('1');
    expect((await bob.get('/views')).body).toBe('2');
    expect(await meIn(alice)).toBe('alice');
  });

  it('may be followed by a login', async () => {
    const { bob, alice } = await swapped();
    expect(await postLogin(bob, 'bob')).toMatchObject({ body: 'bob' });
    expect([await meIn(bob), await meIn(alice)]).toEqual(['bob', 'alice']);
  });

  it('is not brought back by a response that copies it', async () => {
    let line = '';
    const { app, bob, alice } = await swapped({
      routes: (routes) => routes.all('/copied', (_req, res) => void res.set('Set-Cookie', line).end()),
    });
    line = `${SID}=${alice.jar.get(SID)}; Path=/`;
    for (const method of ['GET', 'POST']) {
      const answer = await bob.ask(method, '/copied');
      expect(answer.raw).not.toContain(alice.jar.get(SID));
      expect(linesOf(answer, app.ownerName)).toEqual([]);
    }
  });
});

describe('require', () => {
  it('refuses sessions without a tag where it says so, and nothing else', async () => {
    const app = await startBound({ bind: { require: (req) => req.url === '/views' } });
    const browser = app.browser();
    await browser.get('/magic');
    expect(await meIn(browser)).toBe('magic');
    const refused = await browser.get('/views');
    expect(refused).toMatchObject({ body: '1', setCookies: [], headers: PRIVATE });
    expect(app.detailsOf('bind.untagged')).toContainEqual({ count: 1, refused: true });
    expect(await meIn(browser)).toBe('magic');
    await postLogin(browser, 'alice');
    expect((await browser.get('/views')).body).toBe('1');
    expect((await browser.get('/views')).body).toBe('2');
  });

  it('that throws or answers no boolean refuses', async () => {
    const bad = [
      () => {
        throw new Error('secret in a message');
      },
      (() => Promise.resolve(false)) as unknown as () => boolean,
      (() => undefined) as unknown as () => boolean,
    ];
    for (const require of bad) {
      const app = await startBound({ bind: { require } });
      const browser = app.browser();
      await browser.get('/magic');
      expect(await meIn(browser)).toBe('nobody');
      expect(app.codes()).toContain('predicate.failed');
      expect(JSON.stringify(app.events)).not.toContain('secret in a message');
    }
  });
});

describe("onLoginByGet: 'refuse'", () => {
  it('withholds the cookie of a login by GET, and says so', async () => {
    const app = await startBound({ bind: { onLoginByGet: 'refuse' } });
    const browser = app.browser();
    const answer = await oauthLogin(browser);
    expect(answer).toMatchObject({ setCookies: [], headers: PRIVATE });
    expect(await meIn(browser)).toBe('nobody');
    expect(app.detailsOf('login.on_get')).toEqual([{ refused: true }]);
  });

  it('keeps nobody out whose session has expired', async () => {
    const app = await startBound({ bind: { onLoginByGet: 'refuse' }, session: { saveUninitialized: true } });
    const browser = app.browser();
    await logIn(browser, 'alice');
    app.store.clear();
    expect(await logIn(browser, 'alice')).toMatchObject({ body: 'alice' });
    expect(app.codes()).not.toContain('login.on_get');
  });

  it('packs a declared route that it happened on', async () => {
    for (const onLoginByGet of ['report', 'refuse'] as const) {
      const app = await startBound({ bind: { onLoginByGet }, guard: { public: ['/magic'] } });
      const browser = app.browser();
      await browser.get('/views');
      const answer = await browser.get('/magic');
      expect(answer.headers).toMatchObject(PRIVATE);
      expect(linesOf(answer, SID)).toHaveLength(onLoginByGet === 'report' ? 1 : 0);
    }
  });
});

describe('idOf', () => {
  /** A library without a store: `<id>|<data>`. */
  const idOf = (value: string) => value.split('|')[0] ?? null;
  const routes: BoundSetting['routes'] = (app) =>
    app.all(
      '/set/:value',
      (req, res) => void res.set('Set-Cookie', `own=${req.params.value}; Path=/; Max-Age=60`).end(),
    );
  const OWN: BoundSetting = { bind: { idOf }, cookies: ['own'], routes };

  it('binds another library, whose lifetimes stay as they are', async () => {
    const app = await startBound(OWN);
    const [alice, bob] = [app.browser(), app.browser()];
    const answer = await alice.post('/set/a|1');
    expect(linesOf(answer, 'own')).toEqual(['own=a|1; Path=/; Max-Age=60']);
    expect(linesOf(answer, app.ownerName)[0]).toContain('Max-Age=60');
    await bob.post('/set/b|1');
    bob.jar.store('own=a|1; Path=/');
    await bob.get('/me');
    expect(app.codes()).toContain('swap.suspected');
  });

  it('makes changes on a GET lost, with an event; the same bytes again are none', async () => {
    const app = await startBound(OWN);
    const browser = app.browser();
    await browser.post('/set/a|1');
    expect((await browser.get('/set/a|1')).setCookies).toEqual([]);
    expect(app.codes()).toEqual([]);
    expect((await browser.get('/set/a|2')).setCookies).toEqual([]);
    expect(app.codes()).toEqual(['session.write.lost']);
  });

  it('that throws or answers no string names nobody, and harms no request', async () => {
    const bad: unknown[] = [
      () => {
        throw new Error('x');
      },
      () => Promise.resolve('a'),
      () => 42,
      () => '',
    ];
    for (const broken of bad) {
      const app = await startBound({ ...OWN, bind: { idOf: broken as typeof idOf } });
      const browser = app.browser();
      const answer = await browser.post('/set/a|1');
      expect(answer).toMatchObject({ status: 200, setCookies: ['own=a|1; Path=/; Max-Age=60'] });
      expect((await browser.get('/me')).status).toBe(200);
      expect(app.detailsOf('bind.ineffective')).toEqual([{ cookie: 'own', why: 'unreadable' }]);
    }
  });
});

describe('two different session cookies', () => {
  it('name nobody, whatever the tag says, and no session cookie or tag is set', async () => {
    const app = await startBound({ bind: { require: ({ url }) => url !== '/simple-login' } });
    const [alice, bob] = [app.browser(), app.browser()];
    await postLogin(alice, 'alice');
    await postLogin(bob, 'bob');
    const cookie = `${alice.jar.header('/')}; ${SID}=${bob.jar.get(SID)}`;
    expect((await alice.get('/me', { cookie })).body).toBe('nobody');
    const posted = await alice.post('/views', { cookie });
    expect(posted).toMatchObject({ body: '1', setCookies: [] });
    expect(app.codes()).not.toContain('swap.suspected');
    expect(app.codes()).not.toContain('bind.untagged');
  });
});

it('takes the end of a tag off a page that is the same for everyone', async () => {
  const app = await startBound({
    cookies: null,
    guard: { public: ['/page'] },
    session: { saveUninitialized: true },
    routes: (routes) => routes.get('/page', (_req, res) => void res.set('Cache-Control', 'public').send('page')),
  });
  const browser = app.browser();
  await postLogin(browser, 'alice');
  const answer = await browser.get('/page', { cookie: `${app.ownerName}=${browser.jar.get(app.ownerName)}` });
  expect(answer).toMatchObject({ setCookies: [], headers: { 'cache-control': 'public' } });
});

it('settles again, and tells once, where Node refused the first head', async () => {
  const app = await startBound({
    routes: (routes) =>
      routes.get('/refused', (req, res, next) => {
        req.logIn('magic', () => {
          try {
            res.writeHead(200, 'bad\nreason');
          } catch (error) {
            res.statusMessage = 'OK';
            next(error);
          }
        });
      }),
  });
  const browser = app.browser();
  await browser.get('/views');
  const answer = await browser.get('/refused');
  expect(answer).toMatchObject({ status: 500, headers: PRIVATE });
  expect(linesOf(answer, SID)).toHaveLength(1);
  expect(app.codes().filter((code) => code === 'login.on_get')).toHaveLength(1);
});

it('binds connect.sid where cookies are not named, and still counts every cookie as a credential', async () => {
  const app = await startBound({ cookies: null });
  const [alice, bob] = [app.browser(), app.browser()];
  await postLogin(alice, 'alice');
  await postLogin(bob, 'bob');
  bob.jar.store(`${SID}=${alice.jar.get(SID)}; Path=/`);
  bob.jar.store('remember=1; Path=/');
  expect(await bob.get('/me')).toMatchObject({ body: 'nobody', setCookies: [] });
  expect((await app.browser().get('/me', { cookie: 'remember=1' })).headers).toMatchObject(PRIVATE);
});

it('leaves req.session as an ordinary property', async () => {
  const app = await startBound({
    routes: (routes) => {
      routes.get('/property', (req, res) => {
        const described = Object.getOwnPropertyDescriptor(req, 'session');
        res.send([described?.writable, described?.enumerable, described?.configurable, typeof described?.value]);
      });
    },
  });
  const browser = app.browser();
  await postLogin(browser, 'alice');
  expect((await browser.get('/property')).body).toBe('[true,true,true,"object"]');
});

it('works with a store of many processes: nothing is remembered in one', async () => {
  const store = new session.MemoryStore();
  const [one, other] = [await startBound({}, store), await startBound({}, store)];
  const [alice, bob] = [one.browser(), one.browser()];
  await postLogin(alice, 'alice');
  await postLogin(bob, 'bob');
  const tag = `${other.ownerName}=${bob.jar.get(one.ownerName)}`;
  expect((await other.browser().get('/me', { cookie: `${SID}=${bob.jar.get(SID)}; ${tag}` })).body).toBe('bob');
  expect((await other.browser().get('/me', { cookie: `${SID}=${alice.jar.get(SID)}; ${tag}` })).body).toBe('nobody');
});

function expiresOf(line: string): number {
  return Date.parse(/Expires=([^;]+)/.exec(line)?.[1] ?? '');
}

describe('a rehearsal', () => {
  const REHEARSED = { bind: { onLoginByGet: 'refuse' }, session: { rolling: true, ...WITH_LIFETIME } } as const;

  it('sets what the app sets, and tells what would stay behind', async () => {
    const app = await startBound({ ...REHEARSED, guard: { insecureReportOnly: true } });
    const browser = app.browser();
    const answer = await postLogin(browser, 'alice');
    expect(linesOf(answer, app.ownerName)).toEqual([]);
    expect(Math.abs(expiresOf(linesOf(answer, SID)[0] ?? '') - Date.now() - 30 * MINUTE)).toBeLessThan(MINUTE);
    expect(linesOf(await browser.get('/views'), SID)).toHaveLength(1);
    expect(linesOf(await browser.get('/magic'), SID)).toHaveLength(1);
    expect(await meIn(browser)).toBe('magic');
    const drops = app.events.filter(({ code }) => code === 'would.cookie.drop');
    expect(drops.map(({ route, detail }) => [route, detail.rule, detail.now])).toEqual([
      ['GET /views', 'renewal by GET', `Set-Cookie: ${SID}`],
      ['GET /magic', 'login by GET', `Set-Cookie: ${SID}`],
      ['GET /me', 'renewal by GET', `Set-Cookie: ${SID}`],
    ]);
    expect(app.detailsOf('login.on_get')).toEqual([{ refused: false }]);
  });

  it('leaves a swapped session to the app, and tells of it; require is not asked', async () => {
    const before = await startBound();
    const [alice, bob] = [before.browser(), before.browser()];
    await postLogin(alice, 'alice');
    await postLogin(bob, 'bob');
    const require = jest.fn(() => true);
    const app = await startBound({ bind: { require }, guard: { insecureReportOnly: true } }, before.store);
    const cookie = `${SID}=${alice.jar.get(SID)}; ${app.ownerName}=${bob.jar.get(before.ownerName)}`;
    expect((await app.browser().get('/me', { cookie })).body).toBe('alice');
    expect((await app.browser().get('/me', { cookie: `${SID}=${alice.jar.get(SID)}` })).body).toBe('alice');
    const swap = app.events.find(({ code }) => code === 'swap.suspected');
    expect(swap?.message).toContain('It would be answered as anonymous');
    expect(app.detailsOf('would.anonymise')).toMatchObject([{ rule: 'owner tag', now: `asked with ${SID}` }]);
    expect(require).not.toHaveBeenCalled();
  });

  it('tells of no lost write, for none was lost', async () => {
    const app = await startBound({
      bind: { idOf: (value) => value.split('|')[0] ?? null },
      cookies: ['own'],
      guard: { insecureReportOnly: true },
      routes: (routes) => routes.get('/set', (_req, res) => void res.set('Set-Cookie', 'own=a|2; Path=/').end()),
    });
    const answer = await app.browser().get('/set', { cookie: 'own=a|1' });
    expect(answer.setCookies).toEqual(['own=a|2; Path=/']);
    expect(app.codes()).toContain('would.cookie.drop');
    expect(app.codes()).not.toContain('session.write.lost');
  });
});
