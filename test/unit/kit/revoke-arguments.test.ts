/** What `revoke` is given: wrong arguments throw at once, what a form sends ends nothing, failures are heard. */
import { StoreUnavailableError } from '../../../lib/errors.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { startKit } from '../../helpers/kit-app.js';

const JUNK = ['junk', '', 'x'.repeat(23), 'x'.repeat(44), undefined, null, 42, ['a'], {}];

it.each(JUNK)('revoke.session(%j, { of }) is no session of that subject, and ends nothing', async (id) => {
  const { sessions, browser } = await startKit();
  const alice = browser();
  await alice.login('alice');
  expect(await sessions.revoke.session(id as string, { of: 'alice' })).toBe(false);
  expect((await alice.me()).active).toBe(true);
});

it.each(JUNK)('revoke.session(%j) and revoke.sessions throw at once, before any promise', async (id) => {
  const { revoke } = (await startKit()).sessions;
  const refused = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
  expect(() => revoke.session(id as string)).toThrow(refused);
  expect(() => revoke.sessions([id as string])).toThrow(refused);
});

it.each(['', undefined, 42])('revoke.subject(%j), refreshIdentity and `of` throw at once', async (subject) => {
  const { sessions } = await startKit();
  const refused = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
  expect(() => sessions.revoke.subject(subject as string)).toThrow(refused);
  expect(() => sessions.refreshIdentity(subject as string)).toThrow(refused);
  if (subject !== undefined) {
    expect(() => sessions.revoke.session('x'.repeat(22), { of: subject as string })).toThrow(refused);
  }
});

it('a revocation that fails and that nobody awaits ends no process, and is a critical event', async () => {
  const faulty = faultyMemory();
  const { faults } = faulty;
  const { sessions, events } = await startKit({ options: { store: faulty, revokeDeadline: 20 } });
  faults.log.append = () => Promise.reject(new StoreUnavailableError('away'));
  const failed = new Promise((resolve) => sessions.on('revocation.failed', resolve));
  void sessions.revoke.subject('alice');
  expect(await failed).toMatchObject({ severity: 'critical', detail: { what: 'revoke.subject()' } });
  expect(events.some(({ code }) => code === 'revocation.failed')).toBe(true);
});

it("another kit's revocation does not move the birth of a session of this one", async () => {
  const other = await startKit();
  const app = await startKit({
    options: { property: false },
    routes: (routes, sessions) =>
      routes.on('POST', '/both', async (req, res) => {
        await other.sessions.revoke.subject('alice');
        await sessions.of(req).start('alice');
        res.end();
      }),
  });
  const alice = app.browser();
  expect((await alice.post('/both')).status).toBe(200);
  expect((await alice.me()).active).toBe(true);
});
