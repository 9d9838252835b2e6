/** req.logIn and req.logOut: promises and callbacks, errors, two users in the middle of it, and what comes too late. */
import { answered } from '../../../../lib/adapters/passport/logins.js';
import { deferred, settled } from '../../../helpers/deferred.js';
import { Gate } from '../../../helpers/gate.js';
import type { KitBrowser } from '../../../helpers/kit-browser.js';
import { rejectionOf } from '../../../helpers/thrown.js';
import { ADA, BOB, onPassport, type PassportRequest, startPassport, userOf } from './passport-app.js';

describe('answers', () => {
  it('are promises too', async () => {
    const app = await startPassport({
      routes(app) {
        onPassport(app, 'POST', '/promised', async (req, res) => {
          await req.logIn(ADA);
          const user = req.user;
          await req.logOut();
          res.end(JSON.stringify([user, req.user, req.isUnauthenticated()]));
        });
      },
    });
    const ada = app.browser();
    expect(JSON.parse((await ada.post('/promised')).body)).toEqual([ADA, null, true]);
    expect(await userOf(ada)).toBeNull();
  });

  it('come with options in between', async () => {
    const app = await startPassport({
      routes(app) {
        onPassport(app, 'POST', '/options', (req, res) => {
          void req.logIn(ADA, {}, () => req.logOut({}, () => req.logIn(BOB, {}, () => res.end())));
        });
      },
    });
    const browser = app.browser();
    await browser.post('/options');
    expect(await userOf(browser)).toEqual(BOB);
  });

  it('remember whom start() is told to remember', async () => {
    const app = await startPassport({
      routes(app) {
        onPassport(app, 'POST', '/remember', (req, res) => void req.logIn(ADA, { remember: true }, () => res.end()));
      },
    });
    const line = (setCookies: readonly string[]) => setCookies.find((each) => each.startsWith(app.names.session));
    expect(line((await app.browser().post('/remember')).setCookies)).toContain('Max-Age=2592000');
    expect(line((await app.browser().post('/in?as=Ada')).setCookies)).not.toContain('Max-Age');
  });

  it('keep what start() is told to keep, and nothing else', async () => {
    const app = await startPassport({
      routes(app, { sessions }) {
        onPassport(app, 'POST', '/cart', async (req, res) => {
          await sessions.of(req).stored.set('cart', ['book']);
          await sessions.of(req).stored.set('draft', 'text');
          res.end();
        });
        onPassport(app, 'POST', '/keep', (req, res, next) => {
          void req.logIn(ADA, { keep: ['cart'] }, (error) => (error ? next(error) : res.end()));
        });
        onPassport(app, 'GET', '/stored', async (req, res) => {
          const { stored } = sessions.of(req);
          res.end(JSON.stringify([await stored.get('cart'), (await stored.get('draft')) ?? null]));
        });
      },
    });
    const ada = app.browser();
    await ada.post('/cart');
    await ada.post('/keep');
    expect(await userOf(ada)).toEqual(ADA);
    expect(JSON.parse((await ada.get('/stored')).body)).toEqual([['book'], null]);
  });

  it('leave nobody where the login failed, also not who was there before', async () => {
    const app = await startPassport({
      serialize: (user) => (user.name === 'Bob' ? Promise.reject(new Error('no serializer')) : user.id),
      routes(app) {
        onPassport(app, 'POST', '/fails', (req, res) => {
          const before = req.user;
          void req.logIn(BOB, (error) => res.end(JSON.stringify([before, (error as Error).message, req.user])));
        });
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect(JSON.parse((await ada.post('/fails')).body)).toEqual([ADA, 'no serializer', null]);
    expect(await userOf(ada)).toEqual(ADA);
  });

  it('are errors of the kit, by callback, promise and next', async () => {
    const app = await startPassport({
      routes(app, { passport }) {
        onPassport(app, 'GET', '/in', (req, _res, next) => void req.logIn(ADA, next));
        onPassport(app, 'GET', '/promised', async (req) => req.logIn(ADA));
        onPassport(app, 'GET', '/ignored', (req, res) => {
          void req.logIn(ADA);
          res.end();
        });
        passport.use('yes', {
          authenticate: function (this: { success(user: object): void }) {
            this.success(ADA);
          },
        } as never);
        app.use(passport.authenticate('yes') as never);
      },
    });
    const browser = app.browser();
    const body = async (path: string) => (await browser.get(path)).body;
    const code = 'ERR_SESSION_WRITE_ON_SAFE_METHOD';
    expect([await body('/in'), await body('/promised'), await body('/elsewhere')]).toEqual([code, code, code]);
    expect((await browser.get('/ignored')).status).toBe(200);
    expect(app.errors[0]?.message).toContain('viaPost');
  });

  it('refuse keepSessionInfo, and say what keeps what', async () => {
    const app = await startPassport({
      routes(app) {
        onPassport(app, 'POST', '/keeping', (req, _res, next) => void req.logIn(ADA, { keepSessionInfo: true }, next));
        onPassport(app, 'POST', '/leaving', (req, _res, next) => void req.logOut({ keepSessionInfo: true }, next));
      },
    });
    const browser = app.browser();
    expect((await browser.post('/keeping')).body).toBe('ERR_NOT_EXPRESS_SESSION');
    expect((await browser.post('/leaving')).body).toBe('ERR_NOT_EXPRESS_SESSION');
    expect(app.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("{ keep: ['cart'] }"),
      expect.stringContaining('req.logOut'),
    ]);
  });

  it('that throw are the errors of whoever wrote them, not of the login', async () => {
    const ticks: (() => void)[] = [];
    const nextTick = jest.spyOn(process, 'nextTick').mockImplementation((run) => void ticks.push(run as () => void));
    const done = jest.fn(() => {
      throw new Error('mine');
    });
    await answered(Promise.resolve(), done);
    await settled();
    nextTick.mockRestore();
    expect(ticks).toHaveLength(1);
    expect(ticks[0]).toThrow('mine');
    expect(done.mock.calls).toEqual([[undefined]]);
  });
});

describe('two users at once', () => {
  it('while one is looked up, the other passes', async () => {
    const gate = new Gate();
    const app = await startPassport({ finding: (id) => (id === 'ada' ? gate.wait() : Promise.resolve()) });
    const [ada, bob] = [app.browser(), app.browser()];
    await ada.post('/in?as=Ada');
    await bob.post('/in?as=Bob');
    const held = userOf(ada);
    await gate.reached;
    expect(await userOf(bob)).toEqual(BOB);
    gate.open();
    expect(await held).toEqual(ADA);
  });

  it('while one is serialized, the other logs in', async () => {
    const gate = new Gate();
    const app = await startPassport({
      serialize: ({ id, name }) => (name === 'Ada' ? gate.wait().then(() => id) : id),
    });
    const [ada, bob] = [app.browser(), app.browser()];
    const held = ada.post('/in?as=Ada');
    await gate.reached;
    await bob.post('/in?as=Bob');
    gate.open();
    await held;
    expect([(await ada.me()).subject, (await bob.me()).subject]).toEqual(['ada', 'bob']);
  });

  it('are not confused by a pool that calls back in the context of another request', async () => {
    const waiting: (() => void)[] = [];
    const app = await startPassport({
      finding: () => new Promise((resolve) => void waiting.push(resolve)),
      options: { strictContext: true },
    });
    const [ada, bob] = [app.browser(), app.browser()];
    await ada.post('/in?as=Ada');
    await bob.post('/in?as=Bob');
    const both = [userOf(ada), userOf(bob)];
    while (waiting.length < 2) await settled();
    for (const call of waiting) call();
    expect(await Promise.all(both)).toEqual([ADA, BOB]);
    expect(app.codes()).not.toContain('context.mismatch');
  });
});

describe('what comes after the response (R2)', () => {
  /** A handler that answers, and hands over its request once the response is over. */
  async function lateUse(
    path: 'POST' | 'GET',
    work: (req: PassportRequest) => unknown,
    browserOf?: (browser: KitBrowser) => Promise<unknown>,
  ) {
    const done = deferred<unknown>();
    done.promise.catch(() => undefined);
    const app = await startPassport({
      routes(app) {
        onPassport(app, path, '/late', (req, res) => {
          res.once('close', () => setImmediate(() => done.resolve(Promise.resolve().then(() => work(req)))));
          res.end();
        });
      },
    });
    const browser = app.browser();
    await browserOf?.(browser);
    await browser.ask(path, '/late');
    return { app, browser, outcome: done.promise };
  }

  it('is the user of that request: a throw in the callback of a database would end the process', async () => {
    const { outcome } = await lateUse(
      'GET',
      (req) => [req.user, req.isAuthenticated()],
      (ada) => ada.post('/in?as=Ada'),
    );
    expect(await outcome).toEqual([ADA, true]);
  });

  it('logs nobody in or out', async () => {
    const login = await lateUse('POST', (req) => req.logIn(ADA));
    expect((await rejectionOf(login.outcome)).code).toBe('ERR_CONTEXT_CLOSED');
    const logout = await lateUse(
      'POST',
      (req) => req.logOut(),
      (ada) => ada.post('/in?as=Ada'),
    );
    expect((await rejectionOf(logout.outcome)).code).toBe('ERR_CONTEXT_CLOSED');
    expect(await userOf(logout.browser)).toEqual(ADA);
  });

  it('is a login whose serializer was slower than the response', async () => {
    const gate = new Gate();
    const error = deferred<unknown>();
    const app = await startPassport({
      serialize: ({ id }) => gate.wait().then(() => id),
      routes(app) {
        onPassport(app, 'POST', '/impatient', (req, res) => {
          void req.logIn(ADA, (late) => error.resolve(late));
          res.end();
        });
      },
    });
    const ada = app.browser();
    await ada.post('/impatient');
    gate.open();
    expect(await error.promise).toMatchObject({ code: 'ERR_CONTEXT_CLOSED' });
    expect((await ada.me()).active).toBe(false);
  });

  it('is a user that was found when the client had left: no handler runs, no error is reported', async () => {
    const gate = new Gate();
    const ran: string[] = [];
    const left = deferred<void>();
    const app = await startPassport({
      finding: () => gate.wait(),
      before: (app) =>
        app.use((_req, res, next) => {
          res.once('close', () => left.resolve());
          next();
        }),
      routes(app) {
        app.on('GET', '/ran', (_req, res) => {
          ran.push('ran');
          res.end();
        });
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    const asked = ada.get('/ran').catch(() => 'gone');
    await gate.reached;
    app.server.closeAllConnections();
    expect(await asked).toBe('gone');
    await left.promise;
    await settled();
    gate.open();
    await settled();
    expect([ran, app.errors]).toEqual([[], []]);
  });
});

it('a failing deserializer is an error of the route, not a user who is gone', async () => {
  const app = await startPassport({ finding: () => Promise.reject(new Error('database is down')) });
  const ada = app.browser();
  await ada.post('/in?as=Ada');
  expect((await ada.get('/user')).status).toBe(500);
  expect(app.errors.map(({ message }) => message)).toEqual(['database is down']);
});

it('logging in as another ends the session before', async () => {
  const app = await startPassport();
  const browser = app.browser();
  await browser.post('/in?as=Ada');
  const { held } = browser;
  await browser.post('/in?as=Bob');
  expect(await userOf(browser)).toEqual(BOB);
  const old = await browser.get('/user', { cookie: browser.cookie(held) });
  expect(JSON.parse(old.body)[0]).toBeNull();
});
