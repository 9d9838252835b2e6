import { admit, admitNow } from '../../../lib/revocation/admission.js';
import type { Claims } from '../../../lib/revocation/covers.js';
import { settled } from '../../helpers/deferred.js';
import { bornAt, type LogProcess, logProcess } from '../../helpers/log-process.js';
import { LogServer } from '../../helpers/log-server.js';
import { type ManualTime, manualTime } from '../../helpers/manual-time.js';

describe('admission', () => {
  let time: ManualTime;
  let server: LogServer;
  let here: LogProcess;
  let claims: Claims;

  beforeEach(async () => {
    time = manualTime();
    server = new LogServer({ lease: 900 });
    server.found(null);
    here = logProcess(server, time);
    await here.replica.poll();
    claims = bornAt(here.replica);
  });

  /** Runs work that waits, letting time pass for it. */
  const overTime = async <T>(work: Promise<T>, milliseconds = 500) => {
    await time.pass(milliseconds);
    return work;
  };

  it('admits what nothing covers while confirmed', () => {
    expect(admitNow(here.replica, claims)).toBe('admitted');
  });

  it('reads the clock last: a process stopped during the look-up admits nothing that was revoked meanwhile', () => {
    const stopped = {
      ...claims,
      get root() {
        time.clock.advance(10 * server.lease);
        server.add({ tag: 'meanwhile', kind: 'subject', key: claims.subject, except: [] });
        return claims.root;
      },
    };
    expect(admitNow(here.replica, stopped)).toBe('unknown');
  });

  it('catches up where the lease has ended, and looks again', async () => {
    time.clock.advance(server.lease);
    expect(admitNow(here.replica, claims)).toBe('unknown');
    await expect(admit(here.replica, claims, 500)).resolves.toBe('admitted');
    time.clock.advance(server.lease);
    server.add({ tag: 'a', kind: 'root', key: claims.root, except: [] });
    await expect(admit(here.replica, claims, 500)).resolves.toBe('revoked');
  });

  it('knows a birth that another process has seen first', async () => {
    server.add({ tag: 'a', kind: 'root', key: 'someone', except: [] });
    const other = logProcess(server, time);
    await other.replica.poll();
    await expect(admit(here.replica, bornAt(other.replica), 500)).resolves.toBe('admitted');
  });

  it('refuses a birth that the log never had', async () => {
    await expect(admit(here.replica, { ...claims, birth: claims.birth + 1 }, 500)).resolves.toBe('revoked');
    expect(server.polls).toBe(2);
  });

  it('calls a session of another log foreign, only after catching up', async () => {
    await expect(admit(here.replica, { ...claims, genesis: 'another' }, 500)).resolves.toBe('foreign');
    expect(server.polls).toBe(2);
  });

  it('says unavailable once the deadline has passed without an answer', async () => {
    const cut = logProcess(server, time, { beforePoll: () => new Promise(() => {}) });
    await expect(overTime(admit(cut.replica, claims, 500))).resolves.toBe('unavailable');
    await expect(overTime(admit(cut.replica, { ...claims, genesis: 'another' }, 500))).resolves.toBe('unavailable');
  });

  it('says unavailable in doubt, of sessions of any log', async () => {
    server.life = 'life-2';
    await here.replica.poll();
    await expect(overTime(admit(here.replica, claims, 500))).resolves.toBe('unavailable');
    await expect(overTime(admit(here.replica, { ...claims, genesis: 'another' }, 500))).resolves.toBe('unavailable');
  });

  it('tries again until the deadline if the store fails at first', async () => {
    let failures = 3;
    const flaky = logProcess(server, time, {
      beforePoll: () => {
        if (failures-- > 0) throw new Error('reset');
      },
    });
    await expect(overTime(admit(flaky.replica, claims, 500))).resolves.toBe('admitted');
  });

  it('admits nothing of the old log after a new one was started', async () => {
    server.life = 'life-2';
    await here.replica.poll();
    await time.pass(server.wait);
    await settled();
    await expect(admit(here.replica, claims, 500)).resolves.toBe('foreign');
  });
});
