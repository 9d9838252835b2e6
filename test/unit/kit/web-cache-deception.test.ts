/**
 * The attack itself (OWASP ASVS 14.2.5): alice opens a link that mallory sent her, a cache that goes by the look of the
 * URL keeps her page, mallory asks for the same link. Behind a cache that takes no notice of headers.
 */
import type { Deception } from '../../../lib/response/judged-request.js';
import { cacheSim, type RunningCache } from '../../../lib/testing/cache-sim/cache-sim.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { answerMe, startKit } from '../../helpers/kit-app.js';
import { send } from '../../helpers/send.js';

let cache: RunningCache;
afterEach(() => cache.close());

/** What mallory gets to see. */
async function stolen(link: string, deception?: Deception): Promise<string | null> {
  const app = await startKit({
    environment: 'production',
    options: deception ? { deception } : {},
    routes: (routing, sessions) => {
      routing.on('POST', '/login', async (req, res) => {
        await sessions.of(req).start('alice');
        res.end();
      });
      // A profile page that takes any suffix, as `app.use('/profile', ...)` does.
      routing.use((req, res, next) => (req.url?.includes('profile') ? answerMe(sessions)(req, res, next) : next()));
    },
  });
  cache = await cacheSim('min-ttl', { clock: fakeClock() }).listen(`http://127.0.0.1:${app.port}`);
  const port = Number(new URL(cache.url).port);
  const alice = app.browser();
  await alice.login('alice');
  await send(port, 'GET', link, { cookie: alice.cookie(alice.held) });
  const { headers, body } = await send(port, 'GET', link);
  expect(headers['x-cache']).toBe('HIT');
  return (JSON.parse(body) as { subject: string | null }).subject;
}

const LINKS = ['/profile/x.css', '/profile;x.css', '/profile%2fx.js', '/static/..%2fprofile'];

it.each(LINKS)('%s shows nothing of alice', async (link) => {
  expect(await stolen(link)).toBeNull();
});

it.each(LINKS)('%s shows her page without the rule', async (link) => {
  expect(await stolen(link, 'insecureOff')).toBe('alice');
});
