/**
 * passport-oauth2 with the kit's login attempts: only the browser that began a login ends it, once, in time, with the
 * provider that it was sent to, and as itself.
 */
import OAuth2Strategy from 'passport-oauth2';
import { type StateStoreOptions, stateStore } from 'swapproof/passport';
import { Gate } from '../../../helpers/gate.js';
import { FRAMEWORKS, makeKit } from '../../../helpers/kit-app.js';
import type { KitBrowser } from '../../../helpers/kit-browser.js';
import { type OAuthProvider, startOAuthProvider } from '../../../helpers/oauth-provider.js';
import type { Answer } from '../../../helpers/send.js';
import { thrownBy } from '../../../helpers/thrown.js';
import { ADA, BOB, onPassport, type PassportApp, type PassportSetting, startPassport, userOf } from './passport-app.js';

const USERS = [ADA, BOB, { id: 'eve', name: 'Eve' }];

const providers: OAuthProvider[] = [];
afterEach(() => Promise.all(providers.splice(0).map((provider) => provider.close())));

interface Setting extends PassportSetting {
  readonly pkce?: boolean;
  readonly store?: StateStoreOptions;
  readonly authenticate?: object;
  /** Awaited before a code is exchanged. */
  hold?(user: string): Promise<void>;
}

/** `first` and `second` are providers; each has /NAME to begin and /NAME/back to end. */
async function startOAuth({ pkce = true, store, authenticate, hold, ...setting }: Setting = {}) {
  const [first, second] = await Promise.all([startOAuthProvider(hold), startOAuthProvider(hold)]);
  providers.push(first, second);
  const app = await startPassport({
    users: USERS,
    ...setting,
    routes(app, { sessions, passport }) {
      for (const [name, { authorizationURL, tokenURL }] of Object.entries({ first, second })) {
        const client = { clientID: 'app', clientSecret: 'secret', callbackURL: `/${name}/back` };
        const options = { ...client, authorizationURL, tokenURL, pkce, store: stateStore(sessions, store) };
        const verify = (
          _access: string,
          _refresh: string,
          { user }: { user: string },
          _profile: unknown,
          done: OAuth2Strategy.VerifyCallback,
        ) => done(null, USERS.find((each) => each.name === user) as object);
        passport.use(name, new OAuth2Strategy(options, verify));
        const guarded = (handler: (...args: never[]) => unknown) => (req: never, res: never, next: never) =>
          sessions.viaPost({ auto: true })(req, res, (error) =>
            error ? (next as (e: unknown) => void)(error) : handler(req, res, next),
          );
        app.on('*', `/${name}`, guarded(passport.authenticate(name, { ...authenticate })) as never);
        const back = passport.authenticate(name, { failureRedirect: '/refused' });
        app.on('*', `/${name}/back`, guarded(back) as never);
        app.on('GET', `/${name}/unsafe`, passport.authenticate(name) as never);
      }
      onPassport(app, 'POST', '/first/back', (req, res) => res.end(JSON.stringify(Reflect.get(req, 'authInfo'))));
      onPassport(app, 'POST', '/second/back', (_req, res) => res.end('in'));
      setting.routes?.(app, { sessions, passport });
    },
  });
  return { app, first, second };
}

/** A link: where the page posts by itself, it does. */
async function click(browser: KitBrowser, path: string): Promise<Answer> {
  const page = await browser.get(path, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  expect(page.body).toContain('<form method="post">');
  return browser.post(path, { headers: { 'Sec-Fetch-Site': 'same-origin' } });
}

/** Where the provider sends the browser back to, once `user` agreed. */
async function agreed(browser: KitBrowser, provider: OAuthProvider, path: string, user: string): Promise<URL> {
  const { headers } = await click(browser, path);
  return provider.authorize(String(headers.location), user);
}

const pathOf = ({ pathname, search }: URL) => pathname + search;
const reasons = (app: PassportApp) =>
  app.events.filter(({ code }) => code === 'login.refused').map(({ detail }) => detail.reason);

/** It ends nowhere, and nobody is logged in. */
async function expectRefused(app: PassportApp, browser: KitBrowser, back: URL, reason: string): Promise<void> {
  const before = await userOf(browser);
  expect((await click(browser, pathOf(back))).headers.location).toBe('/refused');
  expect(reasons(app).at(-1)).toBe(reason);
  expect(await userOf(browser)).toEqual(before);
}

it.each(FRAMEWORKS.slice(0, 2))('logs in with PKCE on %s', async (framework) => {
  const { app, first } = await startOAuth({ framework });
  const ada = app.browser();
  const back = await agreed(ada, first, '/first', 'Ada');
  expect((await click(ada, pathOf(back))).status).toBe(200);
  expect(await userOf(ada)).toEqual(ADA);
  expect(first.exchanges[0]?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  expect(app.errors).toEqual([]);
});

it('logs in without PKCE', async () => {
  const { app, first } = await startOAuth({ pkce: false });
  const ada = app.browser();
  await click(ada, pathOf(await agreed(ada, first, '/first', 'Ada')));
  expect(await userOf(ada)).toEqual(ADA);
  expect(first.exchanges[0]?.has('code_verifier')).toBe(false);
});

it('logs in where the provider posts its answer', async () => {
  const { app, first } = await startOAuth();
  const ada = app.browser();
  const back = await agreed(ada, first, '/first', 'Ada');
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const relayed = await ada.post(back.pathname, {
    headers: { ...form, Origin: 'https://id.example', 'Sec-Fetch-Site': 'cross-site' },
    body: back.searchParams.toString(),
    cookie: '',
  });
  expect(relayed.body).toContain(back.searchParams.get('code'));
  await ada.post(back.pathname, {
    headers: { ...form, 'Sec-Fetch-Site': 'same-origin' },
    body: back.searchParams.toString(),
  });
  expect(await userOf(ada)).toEqual(ADA);
});

describe('refuses', () => {
  it('a login that another browser began: a forced login', async () => {
    const { app, first } = await startOAuth();
    const [eve, ada, other] = [app.browser(), app.browser(), app.browser()];
    const trap = await agreed(eve, first, '/first', 'Eve');
    await expectRefused(app, ada, trap, 'no-cookie');
    await click(other, '/first');
    await expectRefused(app, other, trap, 'unknown-state');
    await ada.post('/in?as=Ada');
    await expectRefused(app, ada, trap, 'no-cookie');
    expect(first.exchanges).toEqual([]);
  });

  it('a login used twice, also with the cookie kept', async () => {
    const { app, first } = await startOAuth();
    const ada = app.browser();
    const back = await agreed(ada, first, '/first', 'Ada');
    const name = app.names.session.replace('session', 'login');
    const kept = `${name}=${ada.jar.get(name)}`;
    await click(ada, pathOf(back));
    await ada.post('/out');
    await expectRefused(app, ada, back, 'no-cookie');
    const again = await ada.post(pathOf(back), { cookie: kept });
    expect([again.headers.location, reasons(app).at(-1)]).toEqual(['/refused', 'used']);
  });

  it('one that took longer than ten minutes', async () => {
    const { app, first } = await startOAuth();
    const ada = app.browser();
    const back = await agreed(ada, first, '/first', 'Ada');
    app.clock.advance(600_000);
    await expectRefused(app, ada, back, 'expired');
  });

  it('an answer at the address of another provider', async () => {
    const { app, first, second } = await startOAuth();
    const ada = app.browser();
    const back = await agreed(ada, first, '/first', 'Ada');
    await expectRefused(app, ada, new URL(back.search, new URL('/second/back', back)), 'issuer');
    expect([...first.exchanges, ...second.exchanges]).toEqual([]);
  });

  it('an answer by another than the issuer', async () => {
    const { app, first } = await startOAuth({ store: { issuer: 'https://id.example' } });
    const ada = app.browser();
    const back = await agreed(ada, first, '/first', 'Ada');
    await expectRefused(app, ada, back, 'issuer');
  });

  it('one that another user began at this browser', async () => {
    const { app, first } = await startOAuth();
    const browser = app.browser();
    await browser.post('/in?as=Ada');
    const back = await agreed(browser, first, '/first', 'Eve');
    await browser.post('/in?as=Bob');
    await expectRefused(app, browser, back, 'session');
  });

  it('GET, and says what to wrap the route in', async () => {
    const { app } = await startOAuth();
    const answers = [await app.browser().get('/first/unsafe'), await app.browser().get('/first/unsafe?code=c&state=s')];
    expect(answers.map(({ body }) => body)).toEqual(Array(2).fill('ERR_SESSION_WRITE_ON_SAFE_METHOD'));
    expect(app.errors[0]?.message).toMatch(/^stateStore\(sessions\) in GET .*viaPost/);
  });
});

it('two users in the middle of it end as themselves', async () => {
  const gate = new Gate();
  const { app, first } = await startOAuth({ hold: (user) => (user === 'Ada' ? gate.wait() : Promise.resolve()) });
  const [ada, bob] = [app.browser(), app.browser()];
  const [adasWay, bobsWay] = [await agreed(ada, first, '/first', 'Ada'), await agreed(bob, first, '/first', 'Bob')];
  const held = click(ada, pathOf(adasWay));
  await gate.reached;
  await click(bob, pathOf(bobsWay));
  expect([await userOf(ada), await userOf(bob)]).toEqual([null, BOB]);
  gate.open();
  await held;
  expect([await userOf(ada), await userOf(bob)]).toEqual([ADA, BOB]);
});

describe('the state that an app gives', () => {
  it.each([
    [
      { plan: 'pro', returnTo: '/deep?x=1' },
      { plan: 'pro', returnTo: '/deep?x=1' },
    ],
    [{ returnTo: '//evil.example' }, { returnTo: '/' }],
    [true, { returnTo: '/' }],
  ])('%j comes back as req.authInfo.state, with a path of this site', async (state, expected) => {
    const { app, first } = await startOAuth({ authenticate: { state } });
    const ada = app.browser();
    const answer = await click(ada, pathOf(await agreed(ada, first, '/first', 'Ada')));
    expect(JSON.parse(answer.body)).toEqual({ state: expected });
  });

  it('is where the request asked to return to, if it is nothing else', async () => {
    const { app, first } = await startOAuth();
    const ada = app.browser();
    const answer = await click(ada, pathOf(await agreed(ada, first, '/first?return_to=%2Faccount', 'Ada')));
    expect(JSON.parse(answer.body)).toEqual({ state: { returnTo: '/account' } });
  });

  it('goes no further than a cookie can hold', async () => {
    const { app } = await startOAuth({ authenticate: { state: { big: 'x'.repeat(4_000) } } });
    expect((await click(app.browser(), '/first')).body).toBe('ERR_LOGIN_TOO_LARGE');
  });
});

it('throws at once for wrong arguments', async () => {
  const kit = makeKit();
  expect(thrownBy(() => stateStore({})).code).toBe('ERR_INVALID_ARGUMENT');
  expect(thrownBy(() => stateStore(kit, { issuer: '' })).code).toBe('ERR_INVALID_OPTION');
  expect(thrownBy(() => stateStore(kit, { isuer: 'x' } as never)).code).toBe('ERR_INVALID_OPTION');
  await kit.close();
});

it('has the numbers of parameters that passport-oauth2 goes by', async () => {
  const kit = makeKit();
  const { store, verify } = stateStore(kit);
  expect([store.length, verify.length]).toEqual([5, 4]);
  await kit.close();
});

it('hands what its callbacks throw to whoever called', async () => {
  const { app } = await startOAuth({
    routes(app, { sessions }) {
      onPassport(app, 'POST', '/mine', (req) => {
        stateStore(sessions).store(req, undefined, undefined, {}, () => {
          throw new Error('mine');
        });
      });
    },
  });
  expect((await app.browser().post('/mine')).body).toBe('Error');
  expect(app.errors.map(({ message }) => message)).toEqual(['mine']);
});
