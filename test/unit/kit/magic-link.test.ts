/** A login by e-mail out of the kit's parts: seal(), viaPost(), and the app's own note that a link was used. */
import { FRAMEWORKS, type KitApp, type KitSetting, parameter, startKit } from '../../helpers/kit-app.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

async function linkKit(setting: KitSetting = {}): Promise<KitApp & { mail(subject: string): Promise<string> }> {
  const spent = new Set<string>();
  const app = await startKit({
    ...setting,
    routes(routes, sessions) {
      routes.on('*', '/magic', sessions.viaPost());
      routes.on('*', '/magic', async (req, res) => {
        const link = parameter(req, 'link');
        const subject = await sessions.unseal('magic link', link);
        if (typeof subject !== 'string' || spent.has(link)) return res.writeHead(400).end('no');
        spent.add(link);
        await sessions.of(req).start(subject);
        res.end('in');
      });
    },
  });
  const mail = async (subject: string) => {
    const link = await app.sessions.seal('magic link', subject, { expiresIn: '15m' });
    return `/magic?${new URLSearchParams({ link })}`;
  };
  return { ...app, mail };
}

it.each(FRAMEWORKS)('is spent by the button, not by whoever looks at it first: %s', async (framework) => {
  const app = await linkKit({ framework });
  const link = await app.mail('ada');
  const scanner = app.browser();
  for (const method of ['GET', 'HEAD', 'GET']) expect((await scanner.ask(method, link)).status).toBe(200);
  expect((await scanner.me()).active).toBe(false);
  const ada = app.browser();
  expect((await ada.get(link)).body).toContain('<button type="submit">Continue</button>');
  expect((await ada.post(link, { headers: FORM })).body).toBe('in');
  expect((await ada.me()).subject).toBe('ada');
  expect((await app.browser().post(link, { headers: FORM })).body).toBe('no');
});

it('opened by somebody else, who is logged in, ends that session: nobody is in two, and neither sees the other', async () => {
  const app = await linkKit();
  const bob = app.browser();
  await bob.login('bob');
  const bobs = bob.cookie(bob.held);
  expect((await bob.post(await app.mail('ada'), { headers: FORM })).body).toBe('in');
  expect((await bob.me()).subject).toBe('ada');
  expect((await bob.me({ cookie: bobs })).inactiveBecause).toBe('revoked');
});

it('logs nobody in from another site, nor after its time, nor with the seal of something else', async () => {
  const app = await linkKit();
  const link = await app.mail('ada');
  const cross = { ...FORM, 'sec-fetch-site': 'cross-site' };
  expect((await app.browser().post(link, { headers: cross })).body).toContain('<form method="post">');
  const reset = await app.sessions.seal('password reset', 'ada', { expiresIn: '15m' });
  expect((await app.browser().post(`/magic?link=${reset}`, { headers: FORM })).body).toBe('no');
  app.clock.advance(15 * 60_000);
  expect((await app.browser().post(link, { headers: FORM })).body).toBe('no');
});
