/** Pages that a browser asks for before anybody opens them, and shows after a logout and another login. */
import type { SwapproofOptions } from '../../../lib/options.js';
import { LastSeen } from '../../../lib/session/last-seen.js';
import { FRAMEWORKS, type KitSetting, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

const PREFETCH = { 'sec-purpose': 'prefetch' };
const HOUR = 3_600_000;

async function alone(options: Partial<SwapproofOptions> = {}, setting: KitSetting = {}) {
  const app = await startKit({ ...setting, options });
  const alice = app.browser();
  await alice.login('alice');
  app.events.length = 0;
  return { app, alice };
}

describe.each(FRAMEWORKS)('by default, on %s', (framework) => {
  it.each(['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip', 'Prefetch'])(
    'Sec-Purpose: %s with a session is 503 before the handler; nothing is renewed or reported',
    async (purpose) => {
      const handled: string[] = [];
      const routes: KitSetting['routes'] = (routing) =>
        routing.use((req, _res, next) => {
          handled.push(req.method ?? '');
          next();
        });
      const { app, alice } = await alone({}, { framework, routes });
      handled.length = 0;
      app.clock.advance(4 * HOUR);
      const answer = await alice.get('/me', { headers: { 'sec-purpose': purpose } });
      expect([answer.status, answer.headers['cache-control'], answer.setCookies]).toEqual([503, PACKED, []]);
      expect(answer.headers.vary).toContain('Cookie');
      expect([handled, app.codes()]).toEqual([[], []]);
      expect((await alice.me()).subject).toBe('alice');
    },
  );
});

it.each([
  ['whoami', '/sessions/whoami'],
  ['any page', '/me'],
])('%s is refused to a prefetch with a session', async (_, path) => {
  const { alice } = await alone();
  expect((await alice.get(path, { headers: PREFETCH })).status).toBe(503);
});

it('is refused to a prefetch with Authorization too', async () => {
  const { app } = await alone();
  const headers = { ...PREFETCH, authorization: 'Basic YTpi' };
  expect((await app.browser().get('/me', { headers })).status).toBe(503);
});

it.each<[string, Partial<SwapproofOptions>, Record<string, string>, boolean]>([
  ['nobody', {}, PREFETCH, false],
  ['a public route', { public: '/me' }, PREFETCH, true],
  ["with 'allow'", { speculation: 'allow' }, PREFETCH, true],
  ['another purpose', {}, { 'sec-purpose': 'prefetcher' }, true],
  ['the header of old', {}, { purpose: 'prefetch' }, true],
])('answers %s', async (_, options, headers, loggedIn) => {
  const { app, alice } = await alone(options);
  const browser = loggedIn ? alice : app.browser();
  const answer = await browser.get('/me', { headers });
  expect([answer.status, JSON.parse(answer.body).active]).toEqual([200, loggedIn]);
});

it('does not renew the idle time where it is allowed', async () => {
  const { app, alice } = await alone({ speculation: 'allow' });
  app.clock.advance(4 * HOUR);
  expect((await alice.get('/me', { headers: PREFETCH })).setCookies).toEqual([]);
  expect((await alice.get('/me')).setCookies).toHaveLength(1);
});

it('never counts as seen where it is allowed', async () => {
  const { alice } = await alone({ speculation: 'allow' });
  const mark = jest.spyOn(LastSeen.prototype, 'mark');
  await alice.get('/me', { headers: PREFETCH });
  expect(mark).not.toHaveBeenCalled();
  await alice.get('/me');
  expect(mark).toHaveBeenCalledTimes(1);
});

describe('a logout by GET', () => {
  const logout: KitSetting['routes'] = (app, sessions) =>
    app.on('GET', '/logout', async (req, res) => {
      await sessions.of(req).destroy();
      res.end('out');
    });

  it('that is only prefetched ends nothing, and fails so that the click asks again', async () => {
    const { app, alice } = await alone({ speculation: 'allow' }, { routes: logout });
    const answer = await alice.get('/logout', { headers: PREFETCH });
    expect([answer.status, answer.body]).toEqual([503, 'ERR_SPECULATIVE_REQUEST']);
    expect(answer.headers['cache-control']).toBe(PACKED);
    expect(app.codes()).not.toContain('session.destroyed');
    expect((await alice.me()).subject).toBe('alice');
    expect((await alice.get('/logout')).body).toBe('out');
    expect((await alice.me()).active).toBe(false);
  });

  it('ends nothing by default either', async () => {
    const { alice } = await alone({}, { routes: logout });
    expect((await alice.get('/logout', { headers: PREFETCH })).status).toBe(503);
    expect((await alice.me()).subject).toBe('alice');
  });
});
