/** The guarded example's other ways in, and what goes along: by plain HTTP, for machines without a browser. */
import { Browser } from '../helpers/browser.js';
import { madeAccounts, passwordOf, type RunningExample, startExample } from '../helpers/example.js';

let example: RunningExample;
let visitor: Browser;

beforeEach(async () => {
  example = await startExample({ guarded: true, accounts: madeAccounts(2), withProvider: true });
  visitor = new Browser();
});
afterEach(async () => {
  visitor.close();
  await example.close();
});

const get = (path: string) => visitor.get(example.port, path);
const post = (path: string, form?: Record<string, string>) => visitor.post(example.port, path, form);
const logIn = (form: Record<string, string> = {}) =>
  post('/login', { username: '1', password: passwordOf('1'), ...form });

/** Path and query of an absolute URL. */
function pathOf(url: string | null | undefined): string {
  const { pathname, search } = new URL(url ?? '');
  return pathname + search;
}

async function askedForLink(): Promise<string> {
  await post('/login/link/send', { email: '1@example.com', return_to: '/devices' });
  return pathOf(example.links.at(-1));
}

it('takes the cart along, and says hello once', async () => {
  await post('/shop/add', { item: 'Blue ink' });
  await post('/shop/add', { item: 'Blue ink' });
  await logIn();
  const first = await get('/shop');
  expect(first.body).toContain('2 in your cart');
  expect(first.body).toContain('Welcome back, User 1.');
  expect((await get('/shop')).body).not.toContain('Welcome back');
  await post('/shop/empty');
  expect((await get('/shop')).body).not.toContain('in your cart');
});

it("leaves one user's cart with that user", async () => {
  await logIn();
  await post('/shop/add', { item: 'Blue ink' });
  await post('/login', { username: '2', password: passwordOf('2') });
  const shop = await get('/shop');
  expect([shop.owner, shop.body.includes('in your cart')]).toEqual(['u_2', false]);
});

it('sells nothing that the shop does not have', async () => {
  await post('/shop/add', { item: '__proto__' });
  expect((await get('/shop')).body).not.toContain('in your cart');
});

it('outlives the browser only for who asked for it', async () => {
  const lasting = (lines: readonly string[] = []) => lines.filter((line) => line.includes('Max-Age=2592000')).length;
  expect(lasting((await logIn()).headers['set-cookie'])).toBe(0);
  expect(lasting((await logIn({ remember: 'yes' })).headers['set-cookie'])).toBe(3);
});

it('logs in by a link, once, and returns to where it was asked for', async () => {
  const link = await askedForLink();
  expect((await get(link)).headers['set-cookie']).toBeUndefined();
  expect((await post(link)).location).toBe('/devices');
  expect((await get('/account')).owner).toBe('u_1');
  await post('/logout');
  expect(await post(link)).toMatchObject({ status: 400, owner: null });
});

it('sends no link to an address without an account, and says the same', async () => {
  const known = await post('/login/link/send', { email: '1@example.com' });
  const note = (await get('/login')).body;
  const unknown = await post('/login/link/send', { email: 'nobody@example.com' });
  expect([unknown.status, unknown.location]).toEqual([known.status, known.location]);
  expect((await get('/login')).body).toBe(note);
  expect(example.links).toHaveLength(1);
});

it('asks before a link logs in a browser that did not ask for it', async () => {
  const link = await askedForLink();
  visitor.close();
  visitor = new Browser();
  const page = await post(link);
  expect(page.body).toContain('Log in as User 1');
  expect((await get('/account')).location).toMatch(/^\/login/);
  expect((await post(link, { confirmed: 'yes' })).location).toBe('/account');
  expect((await get('/account')).owner).toBe('u_1');
});

it('goes to Example ID and comes back; its answer works once and in this browser alone', async () => {
  const out = await post('/login/example-id?return_to=/devices');
  const chosen = await fetch(out.location ?? '', {
    method: 'POST',
    body: new URLSearchParams({ email: '2@example.com' }),
    redirect: 'manual',
  });
  const back = pathOf(chosen.headers.get('location'));
  const thief = new Browser();
  expect((await thief.post(example.port, back)).status).toBe(400);
  expect((await post(back)).location).toBe('/devices');
  expect((await get('/account')).owner).toBe('u_2');
  expect((await post(back)).status).toBe(400);
  thief.close();
});

it('gives a token that curl can use, and that ends with its device', async () => {
  await logIn();
  const page = await post('/token');
  const token = /Bearer ([^&']+)/.exec(page.body)?.[1] ?? '';
  const whoami = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${example.port}/sessions/whoami`, { headers });
  const answer = await whoami({ Authorization: `Bearer ${token}` });
  expect(await answer.json()).toMatchObject({ identity: { id: 'u_1' } });
  await post('/devices/end-others');
  expect((await whoami({ 'X-Session-Token': token })).status).toBe(401);
  expect((await get('/account')).owner).toBe('u_1');
});
