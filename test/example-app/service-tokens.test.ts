/** The example's tokens for scripts: made by a user, sent by curl, and of no use beyond what they are for. */
import { today } from '../../example-app/routes/days.js';
import { Browser } from '../helpers/browser.js';
import { madeAccounts, passwordOf, type RunningExample, startExample } from '../helpers/example.js';

let example: RunningExample;
const browsers: Browser[] = [];

beforeEach(async () => {
  example = await startExample({ guarded: true, accounts: madeAccounts(2) });
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.close();
  await example.close();
});

async function loggedIn(username: string) {
  const browser = new Browser();
  browsers.push(browser);
  const post = (path: string, form: Record<string, string> = {}) => browser.post(example.port, path, form);
  await post('/login', { username, password: passwordOf(username) });
  await post(`/diary/${today()}`, { text: `What ${username} wrote` });
  return { post, get: (path: string) => browser.get(example.port, path) };
}

const shown = ({ body }: { body: string }) => /diary_[0-9A-Za-z]{36}/.exec(body)?.[0] ?? 'none';
const idIn = ({ body }: { body: string }) => /name="token" value="(\w+)"/.exec(body)?.[1] ?? 'none';

function ask(token: string, path = `/api/diary/${today()}`) {
  return fetch(`http://127.0.0.1:${example.port}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

it('reads the diary of its owner, and nothing else', async () => {
  const [ada, grace] = [await loggedIn('1'), await loggedIn('2')];
  const page = await ada.post('/service-tokens', { name: 'Export', lifetime: '1d' });
  const answer = await ask(shown(page));
  expect(await answer.json()).toEqual({ day: today(), text: 'What 1 wrote' });
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  const other = shown(await grace.post('/service-tokens', { name: 'Export', lifetime: '365d' }));
  expect(await (await ask(other)).json()).toEqual({ day: today(), text: 'What 2 wrote' });
  expect((await ask(shown(page), '/account')).status).toBe(401);
  expect((await ask(shown(page), '/sessions/whoami')).status).toBe(401);
});

it('is shown once, with a line for the shell', async () => {
  const ada = await loggedIn('1');
  const page = await ada.post('/service-tokens', { name: '<Export>', lifetime: '1d' });
  expect(page.body).toContain(`curl -H &#39;Authorization: Bearer ${shown(page)}&#39; ${example.origin}/api/diary/`);
  const later = await ada.get('/service-tokens');
  expect(later.body).toContain('&lt;Export&gt;');
  expect(later.body).toContain(`ends with ${shown(page).slice(-4)}`);
  expect(later.body).not.toContain(shown(page));
});

it('has the beginning of a name that is too long, and no half of a character', async () => {
  const ada = await loggedIn('1');
  const { status, body } = await ada.post('/service-tokens', {
    name: `${'x'.repeat(59)}\u{1f511}\u{1f511}`,
    lifetime: '1d',
  });
  expect([status, body.includes(`${'x'.repeat(59)}\u{1f511}<`)]).toEqual([200, true]);
});

it('gets a new secret, beside which the old one works for an hour', async () => {
  const ada = await loggedIn('1');
  const first = await ada.post('/service-tokens', { name: 'Export', lifetime: '1d' });
  const second = await ada.post('/service-tokens/rotate', { token: idIn(first) });
  expect(shown(second)).not.toBe(shown(first));
  expect([(await ask(shown(first))).status, (await ask(shown(second))).status]).toEqual([200, 200]);
});

it('is over once it was revoked, and gone from the page', async () => {
  const ada = await loggedIn('1');
  const page = await ada.post('/service-tokens', { name: 'Export', lifetime: '1d' });
  expect((await ask(shown(page))).status).toBe(200);
  await ada.post('/service-tokens/revoke', { token: idIn(page) });
  expect((await ask(shown(page))).status).toBe(401);
  expect((await ada.get('/service-tokens')).body).not.toContain('ends with');
});

it("is nobody else's to change", async () => {
  const [ada, grace] = [await loggedIn('1'), await loggedIn('2')];
  const page = await ada.post('/service-tokens', { name: 'Export', lifetime: '1d' });
  expect((await grace.get('/service-tokens')).body).not.toContain(idIn(page));
  await grace.post('/service-tokens/revoke', { token: idIn(page) });
  const refused = await grace.post('/service-tokens/rotate', { token: idIn(page) });
  expect(refused.status).toBe(303);
  expect((await ask(shown(page))).status).toBe(200);
});
