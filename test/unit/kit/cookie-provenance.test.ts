/** R3 through the kit: a session cookie leaves only on the response of the request that minted it. */
import type { ServerResponse } from 'node:http';
import cookieParser from 'cookie-parser';
import type { Response } from 'express';
import { startKit } from '../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../helpers/kit-browser.js';

const foreign: Record<string, (res: Response, line: string) => void> = {
  'res.cookie': (res, line) => res.cookie(line.split('=', 1)[0] ?? '', 'stolen', { path: '/', secure: true }),
  'res.append': (res, line) => res.append('Set-Cookie', line),
  'res.set': (res, line) => res.set('Set-Cookie', ['theme=dark', line]),
  setHeader: (res, line) => res.setHeader('set-cookie', line),
  'writeHead with an object': (res, line) => res.writeHead(200, { 'Set-Cookie': line }),
  'writeHead with an array': (res, line) => res.writeHead(200, ['SET-COOKIE', line]),
  'headers copied from an upstream': (res, line) => res.setHeaders(new Headers([['set-cookie', line]])),
  'a nameless cookie': (res, line) => res.setHeader('Set-Cookie', `=${line}`),
  'res.clearCookie': (res, line) => res.clearCookie(line.split('=', 1)[0] ?? ''),
};

describe.each(['test', 'production'])('NODE_ENV=%s', (environment) => {
  describe.each(['session', 'activity', 'owner'] as const)("another session's %s cookie", (kind) => {
    it.each(Object.keys(foreign))('set by %s is dropped, whoever asks', async (way) => {
      let line = '';
      const app = await startKit({
        environment,
        routes: (routes) =>
          routes.on('*', '/set', (_req, res) => {
            foreign[way]?.(res as Response, line);
            res.end();
          }),
      });
      const [alice, bob] = [app.browser(), app.browser()];
      await bob.login('bob');
      await alice.login('alice');
      line = `${app.names[kind]}=${bob.held[kind]}; Path=/; Secure`;
      for (const [browser, method] of [
        [alice, 'GET'],
        [alice, 'POST'],
        [app.browser(), 'GET'],
        [app.browser(), 'POST'],
      ] as const) {
        const { raw } = await browser.ask(method, '/set');
        expect(raw).not.toContain(bob.held[kind]);
        expect(raw).not.toMatch(/stolen|Expires=Thu, 01 Jan 1970/);
      }
      expect(app.codes().filter((code) => code === 'cookie.foreign')).toHaveLength(4);
      expect(app.events.find(({ code }) => code === 'cookie.foreign')).toMatchObject({
        severity: 'critical',
        detail: { cookie: app.names[kind] },
      });
    });
  });

  it("drops the cookies of the other mode's names too", async () => {
    const other = environment === 'production' ? 'dev-1-session' : '__Host-session';
    const app = await startKit({
      environment,
      routes: (routes) =>
        routes.on('GET', '/set', (_req, res) => {
          res.setHeader('Set-Cookie', `${other}=x; Path=/; Secure`);
          res.end();
        }),
    });
    const { setCookies } = await app.browser().get('/set');
    // In production nobody reads dev-... names, so they are like any other.
    expect(setCookies).toHaveLength(environment === 'production' ? 1 : 0);
  });

  it('replaces what a handler sets under the name of the cookie that this very request mints', async () => {
    const app = await startKit({
      environment,
      routes: (routes, sessions) =>
        routes.on('POST', '/both', async (req, res) => {
          await sessions.of(req).start('alice');
          res.setHeader('Set-Cookie', [`${app.names.session}=forged; Path=/`, 'theme=dark']);
          res.end();
        }),
    });
    const alice = app.browser();
    const answer = await alice.post('/both');
    expect(answer.setCookies.filter((line) => line.startsWith(`${app.names.session}=`))).toHaveLength(1);
    expect(answer.raw).not.toContain('forged');
    expect(cookiesSet(answer).theme).toBe('dark');
    expect((await alice.me()).subject).toBe('alice');
  });
});

it("names the cookies __Host- with all that the prefix asks for, and the development's otherwise", async () => {
  const attributes = (line = '') => line.split('; ').slice(1).sort();
  const production = (await (await startKit({ environment: 'production' })).browser().login('alice')).setCookies;
  expect(production.map((line) => line.split('=', 1)[0]).sort()).toEqual([
    '__Host-activity',
    '__Host-owner',
    '__Host-session',
  ]);
  expect(attributes(production.find((line) => line.startsWith('__Host-session')))).toEqual([
    'HttpOnly',
    'Path=/',
    'SameSite=Lax',
    'Secure',
  ]);
  expect(attributes(production.find((line) => line.startsWith('__Host-owner')))).toEqual([
    'Path=/',
    'SameSite=Lax',
    'Secure',
  ]);
  const app = await startKit({ environment: 'development' });
  const development = (await app.browser().login('alice')).setCookies;
  expect(attributes(development.find((line) => line.startsWith(`dev-${app.port}-session`)))).toEqual([
    'HttpOnly',
    'Path=/',
    'SameSite=Lax',
  ]);
});

describe('a request that was made anonymous', () => {
  const kinds: Record<string, (res: ServerResponse, name: string) => void> = {
    'a session cookie': (res, name) => res.setHeader('Set-Cookie', `${name}=fresh; Path=/`),
    'an expiry': (res, name) => res.setHeader('Set-Cookie', `${name}=; Path=/; Max-Age=0`),
  };

  it.each(Object.keys(kinds))('sets no cookie of ours: %s', async (kind) => {
    const app = await startKit({
      before: (routes) => routes.use(cookieParser()),
      routes: (routes) =>
        routes.on('*', '/set', (_req, res) => {
          kinds[kind]?.(res, app.names.session);
          res.end();
        }),
    });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const cookie = [alice, bob].map(({ held }) => alice.cookie({ session: held.session })).join('; ');
    for (const method of ['GET', 'POST']) {
      const answer = await alice.ask(method, '/set', { cookie });
      expect(answer.setCookies).toEqual([]);
      expect(answer.headers['cache-control']).toBe(PACKED);
    }
    expect((await alice.me()).subject).toBe('alice');
  });

  it('sends no expiry for destroy(), and revokes neither session', async () => {
    const app = await startKit();
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const cookie = [alice, bob].map(({ held }) => alice.cookie({ session: held.session })).join('; ');
    expect((await alice.post('/logout', { cookie })).setCookies).toEqual([]);
    expect([(await alice.me()).subject, (await bob.me()).subject]).toEqual(['alice', 'bob']);
  });
});
