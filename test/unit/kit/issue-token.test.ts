/** `sessions.issueToken()`: the handle's within a request, one of its own without. */
import { deferred } from '../../helpers/deferred.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { type KitApp, startKit } from '../../helpers/kit-app.js';

const whoever = async (app: KitApp, token: string) =>
  (await app.browser().me({ headers: { authorization: `Bearer ${token}` } })).subject;

describe('outside a request', () => {
  it('gives a token that works, is listed, and ends with its subject', async () => {
    const app = await startKit();
    const { token, expiresAt } = await app.sessions.issueToken('alice', { plan: 'free' });
    expect(expiresAt).toBe(app.clock.now() + 14 * 86_400_000);
    expect(await app.browser().me({ headers: { 'x-session-token': token } })).toMatchObject({
      subject: 'alice',
      data: { plan: 'free' },
    });
    const listed = [];
    for await (const { userAgent, address } of app.sessions.list('alice')) listed.push([userAgent, address]);
    expect(listed).toEqual([['', '']]);
    expect(app.codes()).toContain('token.issued');
    expect(JSON.stringify(app.events)).not.toContain(token);
    await app.sessions.revoke.subject('alice');
    expect(await whoever(app, token)).toBeNull();
  });

  it('lives longer where that was asked for', async () => {
    const app = await startKit();
    const { expiresAt } = await app.sessions.issueToken('alice', {}, { remember: true });
    expect(expiresAt).toBe(app.clock.now() + 30 * 86_400_000);
  });

  it.each([
    ['no subject', ['']],
    ['data that is no data', ['alice', { when: new Date() }]],
    ['an option of start()', ['alice', {}, { keep: ['cart'] }]],
    ['too much data', ['alice', { much: 'x'.repeat(5_000) }]],
  ] as [string, [string, Record<string, unknown>?, object?]][])('refuses %s', async (_what, given) => {
    const app = await startKit();
    await expect((async () => app.sessions.issueToken(...given))()).rejects.toMatchObject({ code: /^ERR_/ });
  });

  it('gives none of a subject that is revoked while it is made, and lists none', async () => {
    const faulty = faultyMemory();
    const { faults } = faulty;
    const app = await startKit({ options: { store: faulty } });
    const [reached, open] = [deferred<void>(), deferred<void>()];
    faults.registry.add = async (real) => {
      reached.resolve();
      await open.promise;
      await real();
    };
    const issued = app.sessions.issueToken('alice');
    await reached.promise;
    await app.sessions.revoke.subject('alice');
    open.resolve();
    await expect(issued).rejects.toMatchObject({ code: 'ERR_REVOKED_DURING_LOGIN' });
    for await (const { id } of app.sessions.list('alice')) throw new Error(`${id} is listed`);
  });

  it('gives none while the log is out of reach', async () => {
    const faulty = faultyMemory();
    const { faults } = faulty;
    const app = await startKit({ options: { store: faulty, requestDeadline: 20 } });
    await app.browser().me();
    app.clock.advance(3_600_000);
    faults.log.poll = () => Promise.reject(new Error('down'));
    await expect(app.sessions.issueToken('alice')).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });
});

describe('within a request', () => {
  it('is what the handle would do: on a POST, and not for who was revoked since it opened', async () => {
    const [reached, open] = [deferred<void>(), deferred<void>()];
    const app = await startKit({
      routes(routes, sessions) {
        routes.on('*', '/token', async (_req, res) => res.end((await sessions.issueToken('alice')).token));
        routes.on('POST', '/dated', async (_req, res) => {
          const { token } = await sessions.issueToken('alice', new Date() as unknown as Record<string, unknown>);
          res.end(token);
        });
        routes.on('POST', '/slow', async (_req, res) => {
          reached.resolve();
          await open.promise;
          res.end((await sessions.issueToken('alice')).token);
        });
      },
    });
    const client = app.browser();
    const answer = await client.post('/token');
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect(await whoever(app, answer.body)).toBe('alice');
    expect((await client.get('/token')).body).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
    expect((await client.post('/dated')).body).toBe('ERR_SESSION_DATA_INVALID');
    const slow = client.post('/slow');
    await reached.promise;
    await app.sessions.revoke.subject('alice');
    open.resolve();
    expect((await slow).body).toBe('ERR_REVOKED_DURING_LOGIN');
  });
});
