import { admitNow } from '../../../lib/revocation/admission.js';
import { deferred, settled } from '../../helpers/deferred.js';
import { bornAt, logProcess } from '../../helpers/log-process.js';
import { LogServer } from '../../helpers/log-server.js';
import { type ManualTime, manualTime } from '../../helpers/manual-time.js';

describe('Revoker', () => {
  let time: ManualTime;
  let server: LogServer;

  beforeEach(() => {
    time = manualTime();
    server = new LogServer({ lease: 1_000 });
    server.found(null);
  });

  const watch = <T>(promise: Promise<T>) => {
    const state = { done: false };
    promise.then(
      () => {
        state.done = true;
      },
      () => {
        state.done = true;
      },
    );
    return state;
  };

  it('resolves only when no process admits the session any more', async () => {
    const [revoker, reader] = [logProcess(server, time), logProcess(server, time)];
    await revoker.replica.poll();
    await reader.replica.poll();
    const claims = bornAt(reader.replica);
    const revocation = revoker.revoke({ kind: 'root', key: claims.root });
    const { done } = watch(revocation);
    await time.pass(999);
    expect(admitNow(reader.replica, claims)).toBe('admitted');
    expect(done).toBe(false);
    await time.pass(server.wait);
    await revocation;
    expect(admitNow(reader.replica, claims)).not.toBe('admitted');
  });

  it('waits a quarter more than a lease after the answer, for clocks that are off', async () => {
    const { revoke } = logProcess(server, time, { afterAppend: () => time.clock.advance(100) });
    const state = watch(revoke({ kind: 'root', key: 'r1' }));
    await time.pass(100 + 1_249);
    expect(state.done).toBe(false);
    await time.pass(1);
    expect(state.done).toBe(true);
  });

  it('answers the place of its entry, and reports how long it took', async () => {
    const { revoke, events } = logProcess(server, time);
    const revocation = revoke({ kind: 'subject', key: 'u1', except: ['r1'] });
    await time.pass(server.wait);
    await expect(revocation).resolves.toEqual({
      genesis: server.header?.genesis,
      position: server.entries[0]?.position,
    });
    expect(server.entries).toMatchObject([{ kind: 'subject', key: 'u1', except: ['r1'] }]);
    expect(events).toMatchObject([{ code: 'revocation.resolved', detail: { kind: 'subject', duration: 1_250 } }]);
    expect(JSON.stringify(events)).not.toContain('u1');
  });

  it('polls after the wait, so that its own process knows as well', async () => {
    const { revoke, replica } = logProcess(server, time);
    await replica.poll();
    const claims = bornAt(replica);
    const revocation = revoke({ kind: 'everyone', key: '' });
    await time.pass(server.wait);
    await revocation;
    expect(replica.verdict(claims)).toBe('revoked');
  });

  it('does not resolve by a poll that was sent before the wait was over', async () => {
    const gate = deferred<void>();
    let held = false;
    const { revoke, replica } = logProcess(server, time, { afterPoll: () => (held ? gate.promise : undefined) });
    await replica.poll();
    const state = watch(revoke({ kind: 'root', key: 'r1' }));
    await time.pass(server.wait - 10);
    held = true;
    const early = replica.poll();
    await time.pass(20);
    held = false;
    const sent = server.polls;
    expect(state.done).toBe(false);
    gate.resolve();
    await early;
    await settled();
    expect(server.polls).toBe(sent + 1);
    expect(state.done).toBe(true);
  });

  it('appends again if the entry was lost during the wait', async () => {
    const { revoke } = logProcess(server, time);
    const revocation = revoke({ kind: 'root', key: 'r1' });
    const state = watch(revocation);
    await time.pass(500);
    server.forget(1);
    await time.pass(server.wait - 500);
    expect(state.done).toBe(false);
    await time.pass(2 * server.wait);
    await revocation;
    expect(server.entries).toMatchObject([{ key: 'r1' }]);
  });

  it('appends again if another log was started during the wait', async () => {
    const { revoke } = logProcess(server, time);
    const revocation = revoke({ kind: 'root', key: 'r1' });
    const state = watch(revocation);
    await time.pass(500);
    server.found(server.header?.epoch ?? null);
    server.entries = [{ tag: 'x', kind: 'root', key: 'x', except: [], position: 2 ** 40, at: 0 }];
    await time.pass(server.wait - 500);
    expect(state.done).toBe(false);
    await time.pass(2 * server.wait);
    await expect(revocation).resolves.toMatchObject({ genesis: server.header?.genesis });
    expect(server.entries.map(({ key }) => key)).toEqual(['x', 'r1']);
  });

  it('appends again if the same log goes on under another epoch', async () => {
    const { revoke } = logProcess(server, time);
    const state = watch(revoke({ kind: 'root', key: 'r1' }));
    await time.pass(500);
    if (server.header) server.header = { ...server.header, epoch: 'another' };
    await time.pass(server.wait - 500);
    expect(state.done).toBe(false);
    await time.pass(2 * server.wait);
    expect(state.done).toBe(true);
  });

  it('appends again if another log answers under the same epoch, as a faulty store might', async () => {
    const { revoke } = logProcess(server, time);
    const revocation = revoke({ kind: 'root', key: 'r1' });
    const state = watch(revocation);
    await time.pass(500);
    if (server.header) server.header = { ...server.header, genesis: 'another' };
    await time.pass(server.wait - 500);
    expect(state.done).toBe(false);
    await time.pass(2 * server.wait);
    await expect(revocation).resolves.toMatchObject({ genesis: 'another' });
  });

  it('adds one entry if the answer to the append is lost', async () => {
    let lost = 2;
    const { revoke } = logProcess(server, time, {
      afterAppend: () => {
        if (lost-- > 0) throw new Error('reset');
      },
    });
    const revocation = revoke({ kind: 'subject', key: 'u1' });
    await time.pass(2 * server.wait);
    await revocation;
    expect(server.appends).toBe(3);
    expect(server.entries).toHaveLength(1);
  });

  it('rejects past its deadline: maybe in effect, call it again', async () => {
    const { revoke } = logProcess(server, time, {
      beforeAppend: () => {
        throw new Error('The disk is full.');
      },
    });
    const revocation = revoke({ kind: 'root', key: 'r1' });
    const refused = expect(revocation).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNKNOWN',
      status: 503,
      message: expect.stringMatching(/may or may not be in effect. Call it again. \(The disk is full.\)/),
    });
    await time.pass(10_000);
    await refused;
    const appends = server.appends;
    await time.pass(10_000);
    expect(server.appends).toBe(appends);
  });

  it('rejects past its deadline if the store hangs', async () => {
    const { revoke } = logProcess(server, time, { beforeAppend: () => new Promise(() => {}) });
    const refused = expect(revoke({ kind: 'root', key: 'r1' })).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNKNOWN',
    });
    await time.pass(10_000);
    await refused;
  });

  it('rejects past its deadline if no poll shows the entry', async () => {
    const { revoke } = logProcess(server, time, { beforePoll: () => new Promise(() => {}) });
    const refused = expect(revoke({ kind: 'root', key: 'r1' })).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNKNOWN',
    });
    await time.pass(10_000);
    await refused;
    expect(server.entries).toHaveLength(1);
  });

  it('shares polls among revocations that are made together', async () => {
    const { revoke } = logProcess(server, time);
    const all = Promise.all(Array.from({ length: 1_000 }, (_, each) => revoke({ kind: 'root', key: `r${each}` })));
    await time.pass(server.wait);
    await all;
    expect(server.polls).toBeLessThanOrEqual(3);
  });

  it.each([
    ['root', ''],
    ['everyone', 'u1'],
    ['subject', 'u1\0'],
  ] as const)('refuses %s %j at once', async (kind, key) => {
    const { revoke } = logProcess(server, time);
    await expect(revoke({ kind, key })).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    expect(server.appends).toBe(0);
  });
});
