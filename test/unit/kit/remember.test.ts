/** start(subject, data, { remember: true }): cookies that outlive the browser, and timeouts of its own. */
import { memory } from '../../../lib/stores/memory.js';
import type { Store } from '../../../lib/stores/store.js';
import { startKit } from '../../helpers/kit-app.js';

const DAY = 86_400_000;

async function remembering(rememberFor?: string) {
  const app = await startKit({
    options: rememberFor === undefined ? {} : { rememberFor },
    routes(routes, sessions) {
      routes.on('POST', '/remember', async (req, res) => {
        await sessions.of(req).start('alice', {}, { remember: true });
        res.end();
      });
      for (const name of ['update', 'regenerate', 'reauthenticated'] as const) {
        routes.on('POST', `/${name}`, async (req, res) => {
          const session = sessions.of(req);
          if (name === 'update') await session.update({ a: 1 });
          else if (name === 'regenerate') await session.regenerate();
          else await session.reauthenticated('alice');
          res.end();
        });
      }
      routes.on('GET', '/devices', async (_req, res) => {
        const rows = [];
        for await (const { expiresAt } of sessions.list('alice')) rows.push(expiresAt);
        res.end(JSON.stringify(rows));
      });
    },
  });
  const alice = app.browser();
  const lifetimes = (lines: readonly string[]) =>
    Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], Number(/Max-Age=(\d+)/.exec(line)?.[1])]));
  return { app, alice, lifetimes };
}

it('gives all three cookies what is left of rememberFor, 30 days', async () => {
  const { app, alice, lifetimes } = await remembering();
  const { session, activity, owner } = app.names;
  const month = (30 * DAY) / 1000;
  const { setCookies } = await alice.post('/remember');
  expect(lifetimes(setCookies)).toEqual({ [session]: month, [activity]: month, [owner]: month });
});

it.each(['update', 'regenerate', 'reauthenticated'])(
  '%s() keeps it remembered, and its end where it was',
  async (name) => {
    const { app, alice, lifetimes } = await remembering('20d');
    await alice.post('/remember');
    const { id } = await alice.me();
    app.clock.advance(5 * DAY + 500);
    const { status, setCookies } = await alice.post(`/${name}`);
    const left = (15 * DAY) / 1000;
    expect([status, new Set(Object.values(lifetimes(setCookies)))]).toEqual([200, new Set([left])]);
    expect((await alice.me()).id?.startsWith(id ?? '')).toBe(true);
    app.clock.advance(15 * DAY - 501);
    expect((await alice.me()).active).toBe(true);
    app.clock.advance(1);
    expect((await alice.me()).inactiveBecause).toBe('expired');
  },
);

it('never goes idle before it ends; the activity cookie that a GET renews ends with the session', async () => {
  const { app, alice, lifetimes } = await remembering();
  await alice.post('/remember');
  app.clock.advance(29 * DAY);
  const answer = await alice.get('/me');
  expect(JSON.parse(answer.body)).toMatchObject({ active: true, subject: 'alice' });
  expect(lifetimes(answer.setCookies)).toEqual({ [app.names.activity]: DAY / 1000 });
});

it('stays on the devices page as long as it lives', async () => {
  const { app, alice } = await remembering();
  await alice.post('/remember');
  await app.browser().login('alice');
  app.clock.advance(2 * DAY);
  const stranger = app.browser();
  expect(JSON.parse((await stranger.get('/devices')).body)).toHaveLength(1);
  app.clock.advance(28 * DAY);
  expect(JSON.parse((await stranger.get('/devices')).body)).toEqual([]);
});

it('is forgotten by the next start() that does not ask for it, and by a logout', async () => {
  const { app, alice } = await remembering();
  await alice.post('/remember');
  const cookie = alice.cookie(alice.held);
  const again = await alice.login('alice');
  expect(again.setCookies.join()).not.toContain('Max-Age');
  await alice.post('/remember');
  const { setCookies } = await alice.post('/logout');
  expect(setCookies.find((line) => line.startsWith(app.names.activity))).not.toContain('Max-Age');
  expect((await alice.me({ cookie })).inactiveBecause).toBe('revoked');
});

it.each([
  [{}, 30],
  [{ rememberFor: '60d' }, 60],
  [{ absolute: '90d' }, 90],
])('with %p the store keeps revocations for longer than any session lives', async (options, days) => {
  let kept = 0;
  const store: Store = {
    name: 'told',
    open(told) {
      kept = told.keep;
      return memory().open(told);
    },
  };
  await startKit({ options: { ...options, store } });
  expect(kept).toBe(Math.ceil(days * DAY * 1.1) + DAY / 24);
});

it('revoke.everyone() takes remembered sessions off the list, and none that begins after it', async () => {
  const { app, alice } = await remembering();
  await alice.post('/remember');
  app.clock.advance(1);
  await app.sessions.revoke.everyone();
  const devices = async () => JSON.parse((await app.browser().get('/devices')).body) as unknown[];
  expect(await devices()).toEqual([]);
  await alice.login('alice');
  await app.sessions.revoke.session('of-nobody-and-22-chars');
  expect(await devices()).toHaveLength(1);
});
