/**
 * Two users and a visitor use the old app for a while, each step after the other. The numbers are the statuses that the
 * app answers on its own.
 */
import type { OldApp } from './app/app.js';
import { OldBrowser } from './browser.js';
import type { Visit } from './visit.js';

interface Town {
  readonly app: OldApp;
  readonly alice: OldBrowser;
  readonly bob: OldBrowser;
  readonly visitor: OldBrowser;
}

/** The last step before that. */
export const DEPLOYED_AFTER = 'bob GET / (logged in)';

/** `afterLogins` runs once both users are logged in: the moment of a deployment. */
export async function travel(app: OldApp, afterLogins: () => void = () => {}): Promise<readonly Visit[]> {
  const visits: Visit[] = [];
  const browser = (name: string) => new OldBrowser(name, app.port, visits);
  const town = { app, alice: browser('alice'), bob: browser('bob'), visitor: browser('visitor') };
  await lookAround(town);
  await logIn(town);
  await logInElsewhere(town);
  afterLogins();
  await useTheSite(town);
  await download(town);
  await stream(town);
  await askUpstream(town);
  await fail(town);
  await sendCookiesTwice(town);
  await logInByLink(town);
  await logOut(town);
  return visits;
}

async function lookAround({ visitor }: Town): Promise<void> {
  await visitor.get('/', 200);
  await visitor.ask('HEAD', '/', 200);
  await visitor.get('/public/site.css', 200);
  await visitor.get('/prices', 200);
  await visitor.get('/menu', 200);
  await visitor.get('/news', 200);
  await visitor.get('/lang/de', 302, { headers: { Referer: '/prices' } });
  await visitor.get('/', 200, { note: 'in German' });
  await visitor.get('/api/me', 401);
  await visitor.ask('OPTIONS', '/api/me', 204);
  await visitor.get('/terms', 200);
  await visitor.get('/invoices/42.pdf', 302);
}

async function logIn({ alice }: Town): Promise<void> {
  await alice.get('/account?tab=orders', 302);
  await alice.get('/cart/add/teapot', 302);
  await alice.get('/login', 200, { note: 'asked to' });
  await alice.post('/login', 403, {
    note: 'forged',
    form: { username: 'alice', password: 'wonderland', _csrf: 'guess' },
  });
  await alice.post('/login', 302, { note: 'wrong password', form: { username: 'alice', password: 'looking-glass' } });
  await alice.get('/login', 200, { note: 'told so' });
  await alice.post('/login', 302, { form: { username: 'alice', password: 'wonderland', remember: 'yes' } });
  await alice.get('/account?tab=orders', 200, { note: 'returned' });
  await alice.get('/cart', 200);
}

async function logInElsewhere({ bob }: Town): Promise<void> {
  await bob.get('/menu', 200, { note: 'before login' });
  await bob.get('/statement', 302, { note: 'before login' });
  await bob.get('/auth/example/callback?code=bob&state=guessed', 302, { note: 'unasked' });
  const { location } = await bob.get('/auth/example', 302);
  const back = new URL((await fetch(location, { redirect: 'manual' })).headers.get('location') ?? '');
  await bob.get(`${back.pathname}${back.search}`, 302);
  await bob.get('/statement', 200, { note: 'returned' });
  await bob.get('/', 200, { note: 'logged in' });
}

async function useTheSite({ alice, bob, visitor }: Town): Promise<void> {
  for (const browser of [alice, bob]) {
    await browser.get('/menu', 200);
    await browser.get('/prices', 200);
    await browser.get('/account', 200);
    await browser.post('/account', 303, { form: { city: 'Oxford' } });
    await browser.get('/account', 200, { note: 'told so' });
    await browser.get('/cart/add/milk', 302);
    await browser.get('/cart', 200, { note: 'filled' });
    await browser.get('/api/me', 200);
  }
  await visitor.get('/menu', 200, { note: 'again' });
  await visitor.get('/api/me', 200, { note: 'with a token', headers: { Authorization: 'Bearer of-bob' } });
  await alice.ask('PUT', '/api/notes/7', 201, { json: '{"note":"tea at five"}' });
  await alice.ask('OPTIONS', '/api/me', 204);
  await alice.get('/news', 200);
  await alice.get('/lang/fr', 302);
  await alice.ask('HEAD', '/account', 200);
  await alice.get('/avatar', 200);
  await alice.get('/avatar', 304, { note: 'kept', headers: { 'If-None-Match': '"avatar-1"' } });
  await bob.get('/avatar', 200, { note: 'with the tag of alice', headers: { 'If-None-Match': '"avatar-1"' } });
  await alice.get('/account', 200, { note: 'prefetched', headers: { 'Sec-Purpose': 'prefetch' } });
}

async function download({ alice, bob }: Town): Promise<void> {
  await alice.get('/public/site.css', 200);
  await alice.get('/terms', 200);
  await alice.get('/terms', 206, { note: 'a part', headers: { Range: 'bytes=4-8' } });
  await alice.get('/terms', 416, { note: 'no such part', headers: { Range: 'bytes=9999-' } });
  await alice.get('/terms', 304, { note: 'kept', headers: { 'If-Modified-Since': new Date(2 ** 42).toUTCString() } });
  await alice.ask('HEAD', '/terms', 200);
  await alice.get('/invoices/42.pdf', 200);
  await bob.get('/invoices/42.pdf', 200);
  await bob.ask('HEAD', '/invoices/42.pdf', 200);
  await bob.get('/export.csv', 200);
  await bob.get('/copy', 200);
}

async function stream({ alice, visitor }: Town): Promise<void> {
  await alice.get('/events', 200, { headers: { Accept: 'text/event-stream' } });
  await visitor.get('/events', 302);
  for (const browser of [alice, visitor]) {
    await browser.get('/raw/object', 200);
    await browser.get('/raw/array', 203);
    await browser.get('/raw/cookie', 200);
    await browser.get('/append', 200);
    await browser.get('/set-headers', 200);
    await browser.get('/flush', 200);
    await browser.get('/hints', 200);
    await browser.get('/trailers', 200);
    await browser.get('/nothing', 204);
  }
}

async function askUpstream({ alice, bob, visitor }: Town): Promise<void> {
  await visitor.get('/legacy/report?page=2', 200);
  await alice.get('/legacy/report?page=2', 200);
  const { token } = await bob.get('/account', 200, { note: 'for its form' });
  await bob.ask('POST', '/legacy/order', 200, { json: '{"item":"milk"}', headers: { 'X-CSRF-Token': token } });
  await alice.get('/legacy/login', 200);
  await alice.get('/account', 200, { note: 'after the login upstream' });
}

async function fail({ alice, visitor }: Town): Promise<void> {
  for (const browser of [alice, visitor]) {
    await browser.get('/faults/thrown', 500);
    await browser.get('/faults/rejected', 500);
    await browser.get('/faults/handed-on', 418);
    await browser.get('/faults/late', 200);
    await browser.get('/faults/twice', 200);
    await browser.get('/nowhere', 404);
    await browser.get('/lang/%', 400);
  }
  await alice.ask('PUT', '/api/notes/8', 400, { note: 'broken', json: '{"note":' });
}

async function sendCookiesTwice({ alice, bob }: Town): Promise<void> {
  const [mine, other] = [`connect.sid=${alice.sessionCookie}`, `connect.sid=${bob.sessionCookie}`];
  await alice.get('/menu', 200, { note: 'the same session cookie twice', cookie: `${mine}; ${mine}` });
  await alice.get('/menu', 200, { note: 'two session cookies', cookie: `${mine}; ${other}` });
  await alice.get('/account', 200, { note: 'two session cookies', cookie: `${other}; ${mine}` });
  await alice.get('/', 200, { note: 'two languages', cookie: `${mine}; lang=de; lang=fr` });
  await alice.get('/menu', 200, { note: 'two carts', cookie: `${mine}; basket=1; basket=2` });
  await alice.get('/account', 200, { note: 'still logged in' });
}

async function logInByLink({ app, alice, visitor }: Town): Promise<void> {
  await visitor.get('/login', 200);
  await visitor.post('/magic', 302, { form: { mail: 'alice@example.com' } });
  const link = app.outbox.at(-1) ?? '';
  await visitor.get(link, 302, { note: 'from the mail' });
  await visitor.get('/account', 200, { note: 'as alice' });
  await visitor.get(link, 302, { note: 'again' });
  await alice.get('/account', 200, { note: 'on the other device' });
}

async function logOut({ alice, bob, visitor }: Town): Promise<void> {
  await alice.post('/logout', 302);
  await alice.get('/', 200, { note: 'after logout' });
  await alice.get('/account', 302, { note: 'after logout' });
  await bob.get('/logout', 302);
  await bob.get('/menu', 200, { note: 'after logout' });
  await bob.get('/login', 200, { note: 'after logout' });
  await bob.post('/login', 302, { note: 'as alice', form: { username: 'alice', password: 'wonderland' } });
  await bob.get('/account', 200, { note: 'as alice' });
  await visitor.get('/menu', 200, { note: 'still alice' });
}
