/** What a user does, in both halves of the example, by supertest's agent: no Origin, no Fetch Metadata, plain http. */
import request from 'supertest';
import { madeAccounts, passwordOf, type RunningExample, startExample } from '../helpers/example.js';

type Agent = ReturnType<typeof request.agent>;

const DAY = '/diary/2026-11-21';

describe.each([
  ['guarded', true],
  ['unguarded', false],
])('the %s example', (_name, guarded) => {
  let example: RunningExample;

  beforeEach(async () => {
    example = await startExample({ guarded, accounts: madeAccounts(2) });
  });
  afterEach(() => example.close());

  const agent = () => request.agent(`http://127.0.0.1:${example.port}`);
  async function loggedIn(username: string): Promise<Agent> {
    const visitor = agent();
    const form = { username, password: passwordOf(username) };
    await visitor.post('/login').type('form').send(form).expect(303).expect('Location', '/account');
    return visitor;
  }

  it('logs in, and stays logged in over GETs and POSTs without an Origin', async () => {
    const one = await loggedIn('1');
    await one.post(DAY).type('form').send({ text: 'first' }).expect(303).expect('Location', DAY);
    await one.post(DAY).type('form').send({ text: 'second' }).expect(303);
    const page = await one.get(DAY).expect(200);
    expect(page.text).toContain('data-user="u_1"');
    expect(page.text).toContain('>second</textarea>');
  });

  it('keeps two users apart', async () => {
    const [one, two] = [await loggedIn('1'), await loggedIn('2')];
    await one.post(DAY).type('form').send({ text: 'of the first' }).expect(303);
    const page = await two.get(DAY).expect(200);
    expect(page.text).toContain('data-user="u_2"');
    expect(page.text).not.toContain('of the first');
  });

  it('logs out', async () => {
    const one = await loggedIn('1');
    await one.post('/logout').expect(303).expect('Location', '/');
    await one.get('/account').set('Accept', 'text/html').expect(303);
  });

  it.each([
    ['a wrong password', { username: '1', password: 'wrong' }],
    ['an unknown name', { username: 'nobody', password: passwordOf('1') }],
    ['no password', { username: '1' }],
    ['the same field twice', { username: ['1', '2'], password: passwordOf('1') }],
  ])('refuses %s, and nobody is logged in', async (_what, form) => {
    const visitor = agent();
    const page = await visitor.post('/login').type('form').send(form).expect(401);
    expect(page.text).toContain('role="alert"');
    await visitor.get('/account').set('Accept', 'text/html').expect(303);
  });

  it('refuses a login without a form', async () => {
    await agent().post('/login').expect(401);
  });

  it('sends a visitor to the login page, and from there to the page that was wanted', async () => {
    const visitor = agent();
    const wall = await visitor.get(DAY).set('Accept', 'text/html').expect(303);
    expect(wall.headers.location).toBe(`/login?return_to=${encodeURIComponent(DAY)}`);
    const page = await visitor.get(String(wall.headers.location)).expect(200);
    expect(page.text).toContain(`name="return_to" value="${DAY}"`);
    const form = { username: '1', password: passwordOf('1'), return_to: DAY };
    await visitor.post('/login').type('form').send(form).expect(303).expect('Location', DAY);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example'])(
    'never leads to %s after a login',
    async (to) => {
      const form = { username: '1', password: passwordOf('1'), return_to: to };
      await agent().post('/login').type('form').send(form).expect(303).expect('Location', '/account');
    },
  );

  it('lists devices, and logs out one of them, but none of another user', async () => {
    const [here, there, other] = [await loggedIn('1'), await loggedIn('1'), await loggedIn('2')];
    const [session] = idsOnPage(await here.get('/devices').expect(200), { current: false });
    await other.post('/devices/end').type('form').send({ session }).expect(303);
    await there.get('/account').expect(200);
    await here.post('/devices/end').type('form').send({ session }).expect(303).expect('Location', '/devices');
    await there.get('/account').set('Accept', 'text/html').expect(303);
    await here.get('/account').expect(200);
  });

  it('logs out all other devices of this user, and nobody else', async () => {
    const [here, there, other] = [await loggedIn('1'), await loggedIn('1'), await loggedIn('2')];
    await here.post('/devices/end-others').expect(303).expect('Location', '/devices');
    await there.get('/account').set('Accept', 'text/html').expect(303);
    await here.get('/account').expect(200);
    await other.get('/account').expect(200);
    const page = await here.get('/devices').expect(200);
    expect(idsOnPage(page, { current: false })).toEqual([]);
    expect(idsOnPage(page, { current: true })).toHaveLength(1);
  });

  it('answers unknown pages and impossible days with 404, also behind the login', async () => {
    const one = await loggedIn('1');
    for (const path of ['/nothing', '/diary/yesterday', '/diary/2026-13-01']) await one.get(path).expect(404);
    await one.post('/diary/yesterday').expect(404);
  });

  it('serves its style sheet without a cookie', async () => {
    const sheet = await (await loggedIn('1')).get('/style.css').expect(200);
    expect(sheet.headers['set-cookie']).toBeUndefined();
    expect(sheet.headers['cache-control']).toBe('public, max-age=3600');
  });
});

describe('the guarded example', () => {
  let example: RunningExample;

  beforeEach(async () => {
    example = await startExample({ guarded: true, accounts: madeAccounts(1) });
  });
  afterEach(() => example.close());

  it('has headers under which browsers send an Origin with forms, and ask for the style sheet on http', async () => {
    const page = await request(`http://127.0.0.1:${example.port}`)
      .get('/login')
      .expect('Referrer-Policy', 'same-origin');
    expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  it('keeps private pages out of caches, and lets them keep what is the same for everyone', async () => {
    const agent = request.agent(`http://127.0.0.1:${example.port}`);
    await agent
      .post('/login')
      .type('form')
      .send({ username: '1', password: passwordOf('1') })
      .expect(303);
    for (const path of ['/account', '/devices', DAY]) {
      await agent.get(path).expect(200).expect('Cache-Control', 'private, no-store');
    }
    const home = await agent.get('/').expect(200).expect('Cache-Control', 'public, max-age=60');
    expect(home.headers['set-cookie']).toBeUndefined();
  });

  it('refuses a form from another site', async () => {
    const agent = request.agent(`http://127.0.0.1:${example.port}`);
    await agent
      .post('/login')
      .type('form')
      .send({ username: '1', password: passwordOf('1') })
      .expect(303);
    await agent.post(DAY).set('Sec-Fetch-Site', 'cross-site').type('form').send({ text: 'forged' }).expect(403);
    expect(example.users.readDiary('u_1', '2026-11-21')).toBe('');
  });
});

/** The session ids in the forms of the devices page: of the device that asks, or of the others. */
function idsOnPage(page: { text: string }, { current }: { current: boolean }): string[] {
  const action = current ? '/logout' : '/devices/end';
  const form = new RegExp(`action="${action}">\\s*<input type="hidden" name="session" value="([^"]+)"`, 'g');
  return [...page.text.matchAll(form)].map(([, id = '']) => id);
}
