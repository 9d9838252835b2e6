/** A lease that runs out while an app does other work is renewed, and is no failure; a log that is away is one. */
import { StoreUnavailableError } from '../../../lib/errors.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { startKit } from '../../helpers/kit-app.js';

const HOUR = 3_600_000;

async function slowIdentity(options = {}) {
  const faulty = faultyMemory();
  const { faults } = faulty;
  let lapse = () => {};
  const app = await startKit({
    options: {
      store: faulty,
      idle: 24 * HOUR,
      requestDeadline: 50,
      // An answer that took as long as the lease is no old one here.
      whoami: { maxAge: '12h' },
      identity: async (id) => {
        lapse();
        return { id };
      },
      ...options,
    },
    routes: (routes, sessions) => {
      routes.on('GET', '/identity', async (req, res) => res.end(JSON.stringify(await sessions.of(req).identity())));
      routes.on('POST', '/update', async (req, res) => {
        app.clock.advance(LEASE + 1);
        await sessions.of(req).update({ theme: 'dark' });
        res.end('updated');
      });
    },
  });
  const alice = app.browser();
  await alice.login('alice');
  lapse = () => app.clock.advance(LEASE + 1);
  return { app, alice, faults };
}

it('is renewed while an identity is loaded, for identity() and for whoami', async () => {
  const { alice } = await slowIdentity();
  expect((await alice.get('/identity')).body).toBe('{"id":"alice"}');
  const whoami = await alice.ask('GET', '/sessions/whoami', { headers: { 'Cache-Control': 'no-cache' } });
  expect(whoami.status).toBe(200);
});

it('is renewed before a cookie is written', async () => {
  const { alice } = await slowIdentity();
  expect((await alice.post('/update')).body).toBe('updated');
  expect((await alice.me()).data).toEqual({ theme: 'dark' });
});

it('and where the log is away by then, nothing is served and nothing is kept', async () => {
  const { app, alice, faults } = await slowIdentity({
    identity: async (id: string) => {
      app.clock.advance(LEASE + 1);
      faults.log.poll = () => Promise.reject(new StoreUnavailableError('away'));
      return { id };
    },
  });
  expect((await alice.get('/identity')).status).toBe(503);
  faults.log.poll = undefined;
  expect((await alice.get('/me')).status).toBe(200);
});

it('insecureAcceptWhenUnconfirmed holds for identity() and whoami too', async () => {
  const { app, alice, faults } = await slowIdentity({ insecureAcceptWhenUnconfirmed: true });
  faults.log.poll = () => Promise.reject(new StoreUnavailableError('away'));
  app.clock.advance(LEASE + 1);
  expect((await alice.get('/identity')).body).toBe('{"id":"alice"}');
  expect((await alice.get('/sessions/whoami')).status).toBe(200);
});
