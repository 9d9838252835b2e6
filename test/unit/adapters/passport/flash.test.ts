/** req.flash as connect-flash has it; and, since Passport calls it where nobody catches, without a throw. */

import { inspect } from 'node:util';
import { Strategy as LocalStrategy } from 'passport-local';
import { deferred } from '../../../helpers/deferred.js';
import type { KitBrowser } from '../../../helpers/kit-browser.js';
import { thrownBy } from '../../../helpers/thrown.js';
import { onPassport, type PassportSetting, startPassport } from './passport-app.js';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

const credentials = (username: string, password = 'right') => ({
  headers: FORM,
  body: new URLSearchParams({ username, password }).toString(),
});

/** POST /local authenticates; GET /flash?kind=error answers what there is. */
function withLocal(options: object, setting: PassportSetting = {}): ReturnType<typeof startPassport> {
  return startPassport({
    ...setting,
    routes(app, parts) {
      parts.passport.use(
        new LocalStrategy((name, password, done) => {
          // As a database would: in a callback of its own, where nobody catches anything.
          setImmediate(() =>
            password === 'right'
              ? done(null, { id: name, name } as never, { message: `Welcome, ${name}` })
              : done(null, false, { message: `No user ${name}` }),
          );
        }),
      );
      const authenticate = parts.passport.authenticate('local', options);
      onPassport(app, '*', '/local', (req, res, next) => authenticate(req as never, res as never, next));
      onPassport(app, 'GET', '/flash', (req, res) => res.end(JSON.stringify(req.flash('error'))));
      onPassport(app, 'GET', '/all', (req, res) => res.end(JSON.stringify(req.flash())));
      setting.routes?.(app, parts);
    },
  });
}

const read = async (browser: KitBrowser, path = '/flash') => JSON.parse((await browser.get(path)).body);

describe('passport.authenticate()', () => {
  it.each([
    [true, 'No user eve'],
    ['Not you.', 'Not you.'],
    [{ type: 'error', message: 'Nor you.' }, 'Nor you.'],
  ])('with failureFlash %j leaves a message for the next page, once', async (failureFlash, text) => {
    const app = await withLocal({ failureFlash, failureRedirect: '/flash' });
    const eve = app.browser();
    expect((await eve.post('/local', credentials('eve', 'wrong'))).headers.location).toBe('/flash');
    expect([await read(eve), await read(eve)]).toEqual([[text], []]);
  });

  it('with successFlash leaves it for the session that the login began', async () => {
    const app = await withLocal({ successFlash: true, successRedirect: '/' });
    const ada = app.browser();
    await ada.post('/local', credentials('ada'));
    expect(await read(ada, '/all')).toEqual({ success: ['Welcome, ada'] });
  });

  it('with successReturnToOrRedirect goes to the redirect', async () => {
    const app = await withLocal({ successReturnToOrRedirect: '/home' });
    const answer = await app.browser().post('/local', credentials('ada'));
    expect([answer.status, answer.headers.location]).toEqual([302, '/home']);
    expect(app.errors).toEqual([]);
  });
});

describe('req.session.messages', () => {
  interface WithSession {
    session: { messages: unknown; cart?: unknown };
  }
  /** As the example app of Passport's own tutorial has it. */
  const showing: PassportSetting['routes'] = (app) => {
    onPassport(app, 'GET', '/shown', (req, res) => {
      const { session } = req as unknown as WithSession;
      const shown = session.messages || [];
      session.messages = [];
      res.end(JSON.stringify(shown));
    });
    onPassport(app, 'POST', '/other', (req, res) => {
      const { session } = req as unknown as WithSession;
      const uses = [
        () => (session.cart = []),
        () => (session.messages = ['x']),
        () => (session.messages = 'x'),
        () => delete session.cart,
        () => Object.freeze(session),
      ];
      const keys = [...Object.keys(session), 'active' in session, inspect(session)];
      res.end(JSON.stringify([uses.map((use) => thrownBy(use).code), keys]));
    });
  };

  it('are what failureMessage pushed, once', async () => {
    const app = await withLocal({ failureMessage: true, failureRedirect: '/shown' }, { routes: showing });
    const eve = app.browser();
    expect((await eve.post('/local', credentials('eve', 'wrong'))).headers.location).toBe('/shown');
    expect([await read(eve, '/shown'), await read(eve, '/shown')]).toEqual([['No user eve'], []]);
  });

  it('are what successMessage pushed, in the session that it began', async () => {
    const app = await withLocal({ successMessage: 'Welcome back', successRedirect: '/shown' }, { routes: showing });
    const ada = app.browser();
    await ada.post('/local', credentials('ada'));
    expect(await read(ada, '/shown')).toEqual(['Welcome back']);
  });

  it('end nothing where they can not be kept', async () => {
    const app = await withLocal({ failureMessage: true, failureRedirect: '/shown' }, { routes: showing });
    const answer = await app.browser().post('/local', {
      ...credentials('eve', 'wrong'),
      headers: { ...FORM, 'Sec-Fetch-Site': 'cross-site' },
    });
    expect([answer.status, app.errors]).toEqual([302, []]);
    expect(app.codes()).toContain('session.write.lost');
  });

  it('throw nothing where the client has left', async () => {
    const late = deferred<unknown>();
    const app = await withLocal(
      {},
      {
        routes(app) {
          for (const method of ['GET', 'POST'])
            onPassport(app, method, '/late', (req, res) => {
              res.once('close', () =>
                setImmediate(() => {
                  const { session } = req as unknown as { session: { messages: string[]; returnTo?: string } };
                  // As Passport does.
                  session.messages = session.messages || [];
                  session.messages.push('late');
                  late.resolve(session.returnTo);
                }),
              );
              res.end();
            });
        },
      },
    );
    await app.browser().get('/late');
    expect(await late.promise).toBeUndefined();
    await app.browser().post('/late');
    expect(app.codes().filter((code) => code === 'session.write.lost')).toHaveLength(2);
  });

  it('are all that the handle takes', async () => {
    const app = await withLocal({}, { routes: showing });
    const [codes, keys] = JSON.parse((await app.browser().post('/other')).body);
    expect(codes).toEqual(Array(5).fill('ERR_NOT_EXPRESS_SESSION'));
    expect(keys).toEqual(expect.arrayContaining(['start', 'destroy', true, 'Session { active: false }']));
  });
});

describe('a message that can not be kept is an event, and the request goes on', () => {
  it.each([
    ['from another site', 'POST', { 'Sec-Fetch-Site': 'cross-site' }, 'eve'],
    ['that is too long', 'POST', {}, 'e'.repeat(2_000)],
    ['on a GET', 'GET', {}, 'eve'],
  ])('%s', async (_what, method, headers, name) => {
    const app = await withLocal({ failureFlash: true, failureRedirect: '/login' });
    const eve = app.browser();
    const { body, headers: form } = credentials(name, 'wrong');
    const path = method === 'GET' ? `/local?${body}` : '/local';
    const answer = await eve.ask(method, path, {
      headers: { ...form, ...headers },
      ...(method === 'POST' && { body }),
    });
    expect([answer.status, answer.headers.location]).toEqual([302, '/login']);
    expect(app.events.find(({ code }) => code === 'session.write.lost')?.message).toContain(
      'req.flash(): a message was lost',
    );
    expect([await read(eve), app.errors]).toEqual([[], []]);
  });
});

describe("connect-flash's habits", () => {
  it('are several kinds, formats and lists', async () => {
    const answered: unknown[] = [];
    const app = await withLocal(
      {},
      {
        routes(app) {
          onPassport(app, 'POST', '/add', (req, res) => {
            answered.push(
              req.flash('error', 'No %s of %d', 'copy', 3),
              req.flash('info', ['a', 'b']),
              req.flash('error', 'c'),
            );
            res.end();
          });
          onPassport(app, 'GET', '/both', (req, res) => {
            res.end(JSON.stringify([req.flash('info'), req.flash('info'), req.flash('error'), req.flash()]));
          });
        },
      },
    );
    const ada = app.browser();
    await ada.post('/add');
    expect(answered).toEqual([1, 2, 1]);
    expect(await read(ada, '/both')).toEqual([['a', 'b'], [], ['No copy of 3', 'c'], {}]);
    await ada.post('/add');
    expect(await read(ada, '/all')).toEqual({ error: ['No copy of 3', 'c'], info: ['a', 'b'] });
  });

  it('are reading in the request that wrote', async () => {
    const app = await withLocal(
      {},
      {
        routes(app) {
          onPassport(app, 'POST', '/now', (req, res) => {
            req.flash('error', 'now');
            res.end(JSON.stringify(req.flash('error')));
          });
        },
      },
    );
    const ada = app.browser();
    expect((await ada.post('/now')).body).toBe('["now"]');
    expect(await read(ada)).toEqual([]);
  });
});

it('what was said to one user is not shown to the next at the same browser', async () => {
  const app = await withLocal(
    {},
    {
      routes: (app) =>
        onPassport(app, 'POST', '/add', (req, res) => {
          req.flash('error', 'for Ada');
          res.end();
        }),
    },
  );
  const browser = app.browser();
  await browser.post('/in?as=Ada');
  await browser.post('/add');
  await browser.post('/in?as=Bob');
  expect(await read(browser)).toEqual([]);
});
