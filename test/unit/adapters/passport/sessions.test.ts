/** Passport's users on the kit's sessions: who is there, with which id, what is read, and what a copy of a request is. */
import { Passport } from 'passport';
import { passportSessions } from 'swapproof/passport';
import { FRAMEWORKS, type Handler, makeKit, startKit } from '../../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../../helpers/kit-browser.js';
import { thrownBy } from '../../../helpers/thrown.js';
import { ADA, BOB, onPassport, type PassportRequest, startPassport, userOf } from './passport-app.js';

it.each(FRAMEWORKS)('logs in, is there, logs out: %s', async (framework) => {
  const app = await startPassport({ framework });
  const [ada, bob] = [app.browser(), app.browser()];
  expect(await userOf(ada)).toBeNull();
  expect((await ada.post('/in?as=Ada')).body).toBe('in');
  expect((await bob.post('/in?as=Bob')).body).toBe('in');
  expect([await userOf(ada), await userOf(bob)]).toEqual([ADA, BOB]);
  expect((await ada.me()).subject).toBe('ada');
  expect((await ada.post('/out')).body).toBe('out');
  expect([await userOf(ada), await userOf(bob)]).toEqual([null, BOB]);
  expect(app.errors).toEqual([]);
});

describe('ids', () => {
  it.each([
    ['a string', 'u_42', 'u_42', {}],
    ['a number', 42, '42', { passport: { user: 42 } }],
    ['zero', 0, '0', { passport: { user: 0 } }],
    [
      'an object',
      { type: 'admin', id: 7 },
      '{"id":7,"type":"admin"}',
      { passport: { user: { type: 'admin', id: 7 } } },
    ],
    ['a list', ['a', { c: 1, b: 2 }], '["a",{"b":2,"c":1}]', { passport: { user: ['a', { c: 1, b: 2 }] } }],
    ['what JSON makes a string of', { toJSON: () => '65f0c0ffee' }, '65f0c0ffee', {}],
  ])('%s comes back as it was', async (_what, id, subject, data) => {
    const app = await startPassport({ users: [{ id, name: 'Ada' }] });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    const me = await ada.me();
    expect([me.subject, me.data]).toEqual([subject, data]);
    expect(await userOf(ada)).toMatchObject({ name: 'Ada' });
    expect(app.asked.at(-1)).toEqual(JSON.parse(JSON.stringify(id)));
  });

  it('are given as copies that an app may change', async () => {
    const id = { roles: ['a'] };
    const app = await startPassport({ users: [{ id, name: 'Ada' }] });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    await userOf(ada);
    (app.asked.at(-1) as typeof id).roles.push('admin');
    expect((await ada.me()).data).toEqual({ passport: { user: id } });
  });

  it('have the subject that the app says, so that it can be revoked by it', async () => {
    const adapter = { subject: (id: { id: string }) => id.id };
    const app = await startPassport({ serialize: ({ id, name }) => ({ id, name }), adapter });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect(await ada.me()).toMatchObject({ subject: 'ada', data: { passport: { user: ADA } } });
    await app.sessions.revoke.subject('ada');
    expect(await userOf(ada)).toBeNull();
  });

  it.each([[true], [{}], [[]], [10n], [Symbol('id')], [() => 1]])('refuses %p, which names nobody', async (id) => {
    const app = await startPassport({ serialize: () => id });
    const ada = app.browser();
    expect((await ada.post('/in?as=Ada')).body).toBe('ERR_INVALID_SUBJECT');
    expect(await userOf(ada)).toBeNull();
  });

  it('leaves a session whose user is gone without a user', async () => {
    const users = [ADA];
    const app = await startPassport({ users });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    users.pop();
    expect(await userOf(ada)).toBeNull();
    expect((await ada.me()).active).toBe(true);
  });
});

describe('req.user', () => {
  it('makes a response private only where it is read', async () => {
    const app = await startPassport({
      routes(app, { sessions }) {
        onPassport(app, 'GET', '/prices', (_req, res) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=60');
          res.end('prices');
        });
        onPassport(app, 'GET', '/wrong', (req, res) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=60');
          res.end(String(Boolean(req.user)));
        });
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect((await ada.get('/prices')).headers['cache-control']).toBe('public, max-age=60');
    expect(app.codes()).not.toContain('cache.violation');
    expect((await ada.get('/wrong')).headers['cache-control']).toBe(PACKED);
    expect(app.events.find(({ code }) => code === 'cache.violation')?.message).toContain('sessions.test.ts');
    expect((await app.browser().get('/wrong')).headers['cache-control']).toBe(PACKED);
  });

  it('may be assigned, as strategies without sessions do', async () => {
    const app = await startPassport({
      routes(app, { passport }) {
        onPassport(app, 'GET', '/api', async (req, res) => {
          await req.logIn({ name: 'Machine' }, { session: false });
          const before = req.user;
          req.user = { name: 'Other' };
          res.end(JSON.stringify([before, req.user]));
        });
        passport.use('given', {
          name: 'given',
          authenticate(this: { success(user: object): void }) {
            this.success({ name: 'Given' });
          },
        } as never);
        app.use(passport.authenticate('given', { session: false }) as never);
        onPassport(app, 'GET', '/given', (req, res) => res.end(JSON.stringify(req.user)));
      },
    });
    const answer = await app.browser().get('/api');
    expect(JSON.parse(answer.body)).toEqual([{ name: 'Machine' }, { name: 'Other' }]);
    expect(answer.setCookies).toEqual([]);
    expect((await app.browser().get('/given')).body).toBe('{"name":"Given"}');
  });

  it('stays what earlier middleware made it where nobody is logged in, and is the session user else', async () => {
    const app = await startPassport({
      before: (app) => app.use((req, _res, next) => next(void Object.assign(req, { user: { name: 'Earlier' } }))),
    });
    const ada = app.browser();
    expect(await userOf(ada)).toEqual({ name: 'Earlier' });
    await ada.post('/in?as=Ada');
    expect(await userOf(ada)).toEqual(ADA);
  });

  it('has the name that the app wants', async () => {
    const app = await startPassport({
      adapter: { userProperty: 'account' },
      routes(app) {
        onPassport(app, 'GET', '/account', (req, res) => {
          res.end(JSON.stringify([Reflect.get(req, 'account'), req.isAuthenticated(), 'user' in req]));
        });
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect(JSON.parse((await ada.get('/account')).body)).toEqual([ADA, true, false]);
  });

  it('is not to be had from a copy of the request (R1)', async () => {
    const app = await startPassport({
      routes(app) {
        onPassport(app, 'POST', '/copy', (req, res) => {
          const copy: PassportRequest = Object.create(req);
          const codes = [() => copy.user, () => copy.isAuthenticated(), () => copy.flash('error')].map(
            (use) => thrownBy(use).code,
          );
          copy.logIn(BOB).catch((error) => res.end([...codes, error.code].join()));
        });
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    const codes = Array(4).fill('ERR_NO_CONTEXT').join();
    expect((await ada.post('/copy')).body).toBe(codes);
    expect(await userOf(ada)).toEqual(ADA);
  });

  it("is found by a private file's route, which alone knows that its URL is no trick", async () => {
    const app = await startPassport({
      routes(app, { sessions, passport }) {
        const file: Handler = (req, res) => res.end(JSON.stringify((req as PassportRequest).user ?? null));
        app.on('GET', '/trick.pdf', file);
        app.use(sessions.privateFile());
        app.use(passport.session() as never);
        app.on('GET', '/invoice.pdf', file);
      },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect((await ada.get('/trick.pdf')).body).toBe('null');
    expect(JSON.parse((await ada.get('/invoice.pdf')).body)).toEqual(ADA);
  });

  it('says so where validity can not be known (R11)', async () => {
    const app = await startPassport({
      options: { public: ['/user'], isRevoked: () => Promise.reject(new Error('down')) },
    });
    const ada = app.browser();
    await ada.post('/in?as=Ada');
    expect((await ada.get('/user')).body).toBe('ERR_STORE_UNAVAILABLE');
    expect(app.asked).toEqual([]);
  });
});

describe('mounting', () => {
  it.each(['passport.session()', "passport.authenticate('session')"])(
    '%s may stay, and looks up once',
    async (which) => {
      const app = await startPassport({
        routes(app, { passport }) {
          app.use(passport.initialize() as never);
          app.use((which === 'passport.session()' ? passport.session() : passport.authenticate('session')) as never);
          onPassport(app, 'GET', '/later', (req, res) => res.end(JSON.stringify(req.user)));
        },
      });
      const ada = app.browser();
      await ada.post('/in?as=Ada');
      expect(JSON.parse((await ada.get('/later')).body)).toEqual(ADA);
      expect(app.asked).toEqual(['ada']);
    },
  );

  it("works by the strategy alone, and over passport.initialize()'s functions", async () => {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, (user as { id: string }).id));
    passport.deserializeUser((id, done) => done(null, { id } as Express.User));
    const app = await startKit({
      routes(app, sessions) {
        passportSessions(passport, sessions);
        app.use(passport.initialize() as never);
        app.use(passport.authenticate('session') as never);
        onPassport(app, 'POST', '/in', (req, res) => req.logIn(ADA, () => res.end()));
        onPassport(app, 'GET', '/user', (req, res) => res.end(JSON.stringify(req.user)));
      },
    });
    const ada = app.browser();
    await ada.post('/in');
    expect((await ada.get('/user')).body).toBe('{"id":"ada"}');
  });

  it('needs the kit in front', async () => {
    const passport = new Passport();
    const other = makeKit();
    const app = await startKit({ routes: (app) => app.use(passportSessions(passport, other)) });
    expect((await app.browser().get('/me')).body).toBe('ERR_NO_CONTEXT');
    await other.close();
  });

  it('throws at once for wrong arguments', async () => {
    const [passport, kit] = [new Passport(), makeKit()];
    const wrong: unknown[][] = [
      [undefined, kit],
      [{}, kit],
      [passport, undefined],
      [passport, () => {}],
      [kit, passport],
    ];
    for (const args of wrong) {
      expect(thrownBy(() => Reflect.apply(passportSessions, undefined, args)).code).toBe('ERR_INVALID_ARGUMENT');
    }
    for (const options of [{ property: 'user' }, { userProperty: '' }, { subject: 'id' }]) {
      expect(thrownBy(() => passportSessions(passport, kit, options as never)).code).toBe('ERR_INVALID_OPTION');
    }
    await kit.close();
  });

  it('sets no cookie and asks for no user where nobody is logged in', async () => {
    const app = await startPassport();
    const answer = await app.browser().get('/user');
    expect(cookiesSet(answer)).toEqual({});
    expect(app.asked).toEqual([]);
  });
});
