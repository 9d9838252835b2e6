/** `sameSite: 'strict'`: every cookie of the kit stays at home when another site links here. */
import { startKit } from '../../helpers/kit-app.js';

it.each(['lax', 'strict'] as const)('sets it on all cookies, and on those that it takes away: %s', async (sameSite) => {
  const { browser } = await startKit({
    options: { sameSite },
    routes(app, sessions) {
      app.on('POST', '/all', async (req, res) => {
        sessions.beginLogin(req, res);
        sessions.flash(req, 'info', 'hello');
        await sessions.of(req).start('alice');
        res.end();
      });
    },
  });
  const alice = browser();
  const set = await alice.post('/all');
  const ended = await alice.post('/logout');
  expect(set.setCookies.length).toBe(5);
  const written = sameSite === 'lax' ? '; SameSite=Lax' : '; SameSite=Strict';
  for (const line of [...set.setCookies, ...ended.setCookies]) expect(line).toContain(written);
});

it('takes nothing else, None least of all', async () => {
  await expect(startKit({ options: { sameSite: 'none' as 'lax' } })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
  });
});
