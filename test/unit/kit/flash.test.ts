/** Flash messages through the kit: shown once, to nobody but the session, or the visitor, that the response left. */
import { openCookie, sealCookie } from '../../../lib/session/cookie-seal.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { FRAMEWORKS, type KitApp, type KitSetting, parameter, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../helpers/kit-browser.js';
import { keyring } from '../../helpers/tokens.js';

/** POST /say?text=..&then=start|destroy|regenerate flashes, then changes the session; GET /read takes. */
function flashKit(setting: KitSetting = {}): Promise<KitApp> {
  return startKit({
    ...setting,
    routes(routes, sessions) {
      routes.on('*', '/say', async (req, res) => {
        for (const text of parameter(req, 'text').split(','))
          sessions.flash(req, parameter(req, 'kind') || 'saved', text);
        const [then, as] = parameter(req, 'then').split(':');
        if (then === 'start') await sessions.of(req).start(as ?? '');
        if (then === 'destroy') await sessions.of(req).destroy();
        if (then === 'regenerate') await sessions.of(req).regenerate();
        res.end();
      });
      routes.on('*', '/read', (req, res) => res.end(JSON.stringify(sessions.takeFlash(req))));
      setting.routes?.(routes, sessions);
    },
  });
}

const texts = ({ body }: { body: string }) => (JSON.parse(body) as { text: string }[]).map(({ text }) => text);

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('shows a message once, on the page that comes next', async () => {
    const app = await flashKit({ framework });
    const visitor = app.browser();
    const said = await visitor.post('/say?kind=saved&text=Done');
    expect(said.headers['cache-control']).toBe(PACKED);
    expect(Object.keys(cookiesSet(said))).toEqual([app.names.flash]);
    expect(said.raw).not.toContain('Done');
    const read = await visitor.get('/read');
    expect(JSON.parse(read.body)).toEqual([{ kind: 'saved', text: 'Done' }]);
    expect(read.headers['cache-control']).toBe(PACKED);
    expect(cookiesSet(read)).toEqual({ [app.names.flash]: '' });
    expect(texts(await visitor.get('/read'))).toEqual([]);
    expect(app.codes()).toEqual([]);
  });
});

it('has the attributes of the other cookies, and the name that binds it to one host', async () => {
  const app = await flashKit({ environment: 'production' });
  const { setCookies } = await app.browser().post('/say?text=x');
  expect(setCookies).toHaveLength(1);
  expect(setCookies[0]).toMatch(/^__Host-flash=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

it('keeps unread ones, oldest first, as long as 1 kB allows', async () => {
  const app = await flashKit();
  const visitor = app.browser();
  for (const text of ['a', 'b', 'c,d']) await visitor.post(`/say?text=${text}`);
  expect(texts(await visitor.get('/read'))).toEqual(['a', 'b', 'c', 'd']);
  for (const text of ['a', 'b', 'c', 'd']) {
    const { setCookies } = await visitor.post(`/say?text=${text.repeat(300)}`);
    expect(/^[^;]*/.exec(setCookies[0] ?? '')?.[0].length).toBeLessThanOrEqual(1024);
  }
  expect(texts(await visitor.get('/read'))).toEqual(['c'.repeat(300), 'd'.repeat(300)]);
});

it('throws at once for one that is too large alone, and for what is no text', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/odd', (req) => sessions.flash(req, '', { toString: () => 'x' } as unknown as string)),
  });
  const answer = await app.browser().post(`/say?text=${'x'.repeat(800)}`);
  expect([answer.body, answer.setCookies]).toEqual(['ERR_FLASH_TOO_LARGE', []]);
  expect((await app.browser().post(`/say?text=${'x'.repeat(600)}`)).status).toBe(200);
  expect((await app.browser().post(`/say?text=${encodeURIComponent('\u20ac'.repeat(300))}`)).status).toBe(500);
  expect((await app.browser().post('/odd')).body).toBe('ERR_INVALID_ARGUMENT');
});

it.each(['GET', 'HEAD', 'OPTIONS', 'QUERY'])('throws on %s, with line and what to do', async (method) => {
  const app = await flashKit();
  const answer = await app.browser().ask(method, '/say?text=x');
  expect([answer.status, answer.setCookies]).toEqual([500, []]);
  expect(app.errors[0]?.message).toMatch(
    /^sessions\.flash\(\) in \w+ \/say \(test\/unit\/kit\/flash\.test\.ts:\d+\): /,
  );
  expect(app.errors[0]).toMatchObject({ code: 'ERR_SESSION_WRITE_ON_SAFE_METHOD' });
});

it('takes no message from another site, cookie or not', async () => {
  const app = await flashKit();
  const visitor = app.browser();
  const answer = await visitor.post('/say?text=You+won', { headers: { 'sec-fetch-site': 'cross-site' } });
  expect([answer.body, answer.setCookies, app.codes()]).toEqual(['ERR_CROSS_SITE', [], ['csrf.refused']]);
  expect(texts(await visitor.get('/read'))).toEqual([]);
});

it('can be read in the response that says it, before any page', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/both', (req, res) => {
        sessions.flash(req, 'info', 'now');
        res.end(JSON.stringify(sessions.takeFlash(req)));
      }),
  });
  const visitor = app.browser();
  await visitor.post('/say?text=before');
  expect(texts(await visitor.post('/both'))).toEqual(['before', 'now']);
  expect(texts(await visitor.get('/read'))).toEqual([]);
});

it('makes the page that asks private, also where there was nothing to say', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/public', (req, res) => {
        sessions.markPublic(res);
        res.setHeader('Cache-Control', 'public, max-age=60');
        res.end(JSON.stringify(sessions.takeFlash(req)));
      }),
  });
  const answer = await app.browser().get('/public');
  expect([answer.body, answer.headers['cache-control']]).toEqual(['[]', PACKED]);
});

it('is not said again once it was read, where another one follows in the same response', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/next', (req, res) => {
        const read = sessions.takeFlash(req);
        sessions.flash(req, 'info', 'new');
        res.end(JSON.stringify(read));
      }),
  });
  const visitor = app.browser();
  await visitor.post('/say?text=old');
  expect(texts(await visitor.post('/next'))).toEqual(['old']);
  expect(texts(await visitor.get('/read'))).toEqual(['new']);
});

it('is read before the response begins, or not at all', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/late', (req, res) => {
        res.write('x');
        let code = '';
        try {
          sessions.takeFlash(req);
        } catch (error) {
          code = (error as { code: string }).code;
        }
        res.end(code);
      }),
  });
  const visitor = app.browser();
  await visitor.post('/say?text=once');
  expect((await visitor.get('/late')).body).toBe('xERR_RESPONSE_STARTED');
  expect(texts(await visitor.get('/read'))).toEqual(['once']);
});

describe('a message for somebody else', () => {
  it('of a session is not shown to the next one at the same browser, nor after logout', async () => {
    const app = await flashKit();
    const browser = app.browser();
    await browser.login('alice');
    await browser.post('/say?text=alices+secret');
    const cookie = `${app.names.flash}=${browser.jar.get(app.names.flash)}`;
    await browser.post('/logout');
    expect(texts(await browser.get('/read', { cookie }))).toEqual([]);
    await browser.login('bob');
    expect(texts(await browser.get('/read'))).toEqual([]);
    expect(browser.jar.get(app.names.flash)).toBeUndefined();
  });

  it('in the cookie of another browser says nothing, and goes', async () => {
    const app = await flashKit();
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    await alice.post('/say?text=alices+secret');
    bob.jar.store(`${app.names.flash}=${alice.jar.get(app.names.flash)}; Path=/`);
    const answer = await bob.get('/read');
    expect([texts(answer), cookiesSet(answer)[app.names.flash]]).toEqual([[], '']);
  });

  it('is not carried on with a new message, neither into a login nor out of a logout', async () => {
    const app = await flashKit();
    const browser = app.browser();
    await browser.post('/say?text=to+nobody');
    await browser.post('/say?text=welcome&then=start:alice');
    expect(texts(await browser.get('/read'))).toEqual(['welcome']);
    await browser.post('/say?text=alices+secret');
    await browser.post('/say?text=goodbye&then=destroy');
    expect(texts(await browser.get('/read'))).toEqual(['goodbye']);
  });

  it('set before start() is for the session that begins', async () => {
    const app = await flashKit();
    const browser = app.browser();
    await browser.login('bob');
    await browser.post('/say?text=welcome&then=start:alice');
    const cookie = `${app.names.flash}=${browser.jar.get(app.names.flash)}`;
    expect(texts(await app.browser().get('/read', { cookie }))).toEqual([]);
    expect(texts(await browser.get('/read'))).toEqual(['welcome']);
  });

  it('stays with a session whose id changes', async () => {
    const app = await flashKit();
    const browser = app.browser();
    await browser.login('alice');
    await browser.post('/say?text=one');
    await browser.post('/say?text=two&then=regenerate');
    expect(texts(await browser.get('/read'))).toEqual(['one', 'two']);
  });
});

it.each(['login', 'nonsense'] as const)(
  'a cookie sealed for another purpose (%s) says nothing, and goes',
  async (kind) => {
    const app = await flashKit();
    const form = { v: 1, r: null, m: [['info', 'forged']] };
    const value = kind === 'login' ? sealCookie(keyring(), 'login', form) : 'nonsense';
    expect(openCookie(keyring(), 'flash', sealCookie(keyring(), 'flash', form))).toEqual(form);
    const answer = await app.browser().get('/read', { cookie: `${app.names.flash}=${value}` });
    expect([answer.body, cookiesSet(answer)[app.names.flash]]).toEqual(['[]', '']);
  },
);

it('says nothing where two different cookies came, and to a request that is anonymous for its session cookies', async () => {
  const app = await flashKit();
  const visitor = app.browser();
  await visitor.post('/say?text=x');
  const flash = visitor.jar.get(app.names.flash);
  const twice = `${app.names.flash}=${flash}; ${app.names.flash}=other`;
  expect((await app.browser().get('/read', { cookie: twice })).body).toBe('[]');
  const ambiguous = `${app.names.flash}=${flash}; ${app.names.session}=a; ${app.names.session}=b`;
  const answer = await app.browser().get('/read', { cookie: ambiguous });
  expect([answer.body, answer.setCookies]).toEqual(['[]', []]);
  expect((await app.browser().post('/say?text=x', { cookie: ambiguous })).body).toBe('ERR_AMBIGUOUS_CREDENTIALS');
});

it('is nobody else to set', async () => {
  const app = await flashKit({
    routes: (routes) =>
      routes.on('GET', '/foreign', (_req, res) => {
        res.setHeader('Set-Cookie', [`${app.names.flash}=x; Path=/`, `${app.names.login}=x; Path=/`, 'lang=de']);
        res.end();
      }),
  });
  expect((await app.browser().get('/foreign')).setCookies).toEqual(['lang=de']);
  expect(app.codes()).toEqual(['cookie.foreign', 'cookie.foreign']);
});

it('leaves one cookie, and no alarm, where a head is written twice', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/twice', (req, res) => {
        sessions.flash(req, 'info', 'x');
        try {
          res.writeHead(200, 'bad\nreason');
        } catch {
          res.writeHead(200);
        }
        res.end();
      }),
  });
  const visitor = app.browser();
  expect(Object.keys(cookiesSet(await visitor.post('/twice')))).toEqual([app.names.flash]);
  expect(texts(await visitor.get('/read'))).toEqual(['x']);
  expect(app.codes()).toEqual([]);
});

it('says nothing while nobody knows whose session it is: after a logout anybody could read it', async () => {
  const faulty = faultyMemory();
  const { faults } = faulty;
  const app = await flashKit({ options: { store: faulty, public: ['/say'], idle: '1h' } });
  const browser = app.browser();
  await browser.login('alice');
  app.clock.advance(3_600_000);
  faults.registry.find = () => Promise.reject(new TypeError('away'));
  const said = await browser.post('/say?text=hers');
  expect([said.status, said.body, cookiesSet(said)[app.names.flash]]).toEqual([
    503,
    'ERR_STORE_UNAVAILABLE',
    undefined,
  ]);
});

it('leaves those of a browser to it when a page asks with a token', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/token', async (req, res) => res.end((await sessions.of(req).issueToken('alice')).token)),
  });
  const browser = app.browser();
  const { body: token } = await browser.post('/token');
  await browser.post('/say?text=x');
  const asked = await browser.get('/read', { headers: { authorization: `Bearer ${token}` } });
  expect([texts(asked), asked.setCookies]).toEqual([[], []]);
  expect(texts(await browser.get('/read'))).toEqual(['x']);
});

it('is neither shown nor spent under a URL that is answered as anonymous, for caches could take it for another', async () => {
  const app = await flashKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/read/x.css', (req, res) => res.end(JSON.stringify(sessions.takeFlash(req)))),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.post('/say?text=x');
  const answer = await alice.get('/read/x.css');
  expect([answer.body, answer.setCookies]).toEqual(['[]', []]);
  expect(texts(await alice.get('/read'))).toEqual(['x']);
});

it('says nothing while nobody can know whose session it is, and is not lost', async () => {
  const faulty = faultyMemory();
  const { faults } = faulty;
  const app = await flashKit({ options: { store: faulty, requestDeadline: 20, public: '/read' } });
  const alice = app.browser();
  await alice.login('alice');
  await alice.post('/say?text=x');
  faults.log.poll = () => Promise.reject(new TypeError('store away'));
  app.clock.advance(LEASE);
  const answer = await alice.get('/read');
  expect([answer.status, answer.body, answer.setCookies]).toEqual([503, 'ERR_STORE_UNAVAILABLE', []]);
  faults.log.poll = undefined;
  expect(texts(await alice.get('/read'))).toEqual(['x']);
});

describe('with an anonymous session', () => {
  const cart = (setting: KitSetting = {}) =>
    flashKit({
      ...setting,
      routes: (routes, sessions) =>
        routes.on('POST', '/cart', async (req, res) => {
          sessions.flash(req, 'info', parameter(req, 'text'));
          await sessions.of(req).stored.set('cart', [1]);
          res.end();
        }),
    });

  it('a message set before it begins is for it, and for nobody else', async () => {
    const app = await cart();
    const visitor = app.browser();
    await visitor.post('/cart?text=added');
    const cookie = `${app.names.flash}=${visitor.jar.get(app.names.flash)}`;
    expect(texts(await app.browser().get('/read', { cookie }))).toEqual([]);
    expect(texts(await visitor.get('/read'))).toEqual(['added']);
  });

  it('is not shown to the user who logs in', async () => {
    const app = await cart();
    const visitor = app.browser();
    await visitor.post('/cart?text=added');
    await visitor.login('alice');
    expect(texts(await visitor.get('/read'))).toEqual([]);
  });
});
