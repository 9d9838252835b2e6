import { admitNow } from '../../../lib/revocation/admission.js';
import type { LogEntry } from '../../../lib/revocation/log.js';
import { deferred, settled } from '../../helpers/deferred.js';
import { bornAt, logProcess } from '../../helpers/log-process.js';
import { LogServer } from '../../helpers/log-server.js';
import { type ManualTime, manualTime } from '../../helpers/manual-time.js';

describe('Replica', () => {
  let time: ManualTime;
  let server: LogServer;
  let tag = 0;

  beforeEach(() => {
    time = manualTime();
    server = new LogServer({ lease: 900 });
    server.found(null);
  });

  const add = (kind: LogEntry['kind'], key = '', except: string[] = []) =>
    server.add({ tag: `t${++tag}`, kind, key, except }).position;

  it('is unconfirmed until its first poll, and for a lease after it', async () => {
    const { replica } = logProcess(server, time);
    expect(replica.confirmed()).toBe(false);
    expect(replica.position()).toBeNull();
    await replica.poll();
    expect(replica.confirmed()).toBe(true);
    time.clock.advance(899);
    expect(replica.confirmed()).toBe(true);
    time.clock.advance(1);
    expect(replica.confirmed()).toBe(false);
    expect(replica.position()).toBeNull();
  });

  it('counts the lease from the moment before it asked, not from the answer', async () => {
    const { replica } = logProcess(server, time, { afterPoll: () => time.clock.advance(250) });
    await replica.poll();
    time.clock.advance(649);
    expect(replica.confirmed()).toBe(true);
    time.clock.advance(1);
    expect(replica.confirmed()).toBe(false);
  });

  it('ignores an answer that comes after a third of the lease, though the timer was late as well', async () => {
    const { replica } = logProcess(server, time, { afterPoll: () => time.clock.advance(301) });
    await expect(replica.poll()).resolves.toBe(false);
    expect(replica.confirmed()).toBe(false);
  });

  it('gives up a poll that hangs, ignores its answer, and reports it once', async () => {
    const hung = deferred<void>();
    let first = true;
    const { replica, events } = logProcess(server, time, {
      beforePoll: () => (first ? hung.promise : undefined),
    });
    const poll = replica.poll();
    await time.pass(300);
    await expect(poll).resolves.toBe(false);
    first = false;
    hung.resolve();
    await settled();
    expect(replica.confirmed()).toBe(false);
    expect(events.map(({ code }) => code)).toEqual(['store.unavailable']);
    await expect(replica.poll()).resolves.toBe(true);
  });

  it('polls every third of a lease, so that it stays confirmed, until it is closed', async () => {
    const { replica } = logProcess(server, time);
    replica.start();
    for (let third = 0; third < 30; third++) {
      await time.pass(300);
      expect(replica.confirmed()).toBe(true);
    }
    expect(server.polls).toBe(31);
    await replica.close();
    await time.pass(3_000);
    expect(server.polls).toBe(31);
    expect(replica.confirmed()).toBe(false);
    await expect(replica.catchUp(100)).resolves.toBe(false);
  });

  it('sends one poll at a time, and one more for all who need one that is sent after they asked', async () => {
    const gate = deferred<void>();
    const { replica } = logProcess(server, time, { beforePoll: () => gate.promise });
    const polls = [replica.poll(), ...Array.from({ length: 1_000 }, () => replica.poll())];
    await settled();
    expect(server.polls).toBe(0);
    gate.resolve();
    await expect(Promise.all(polls)).resolves.not.toContain(false);
    expect(server.polls).toBe(2);
  });

  it('applies entries and tells its listeners, in order', async () => {
    const { replica } = logProcess(server, time);
    await replica.poll();
    const claims = bornAt(replica);
    const heard: string[] = [];
    const off = replica.onEntry(({ key }) => heard.push(key));
    add('root', 'other');
    add('refresh', 'u1');
    await replica.poll();
    expect(replica.verdict(claims)).toBe('valid');
    add('subject', 'u1');
    await replica.poll();
    expect(replica.verdict(claims)).toBe('revoked');
    off();
    add('root', 'later');
    await replica.poll();
    expect(heard).toEqual(['other', 'u1', 'u1']);
  });

  it('survives a listener that throws, and reports it', async () => {
    const { replica, events } = logProcess(server, time);
    await replica.poll();
    const heard: string[] = [];
    replica.onEntry(() => {
      throw new TypeError('a secret');
    });
    replica.onEntry(({ key }) => heard.push(key));
    add('root', 'r1');
    await expect(replica.poll()).resolves.toBe(true);
    expect(heard).toEqual(['r1']);
    expect(events).toMatchObject([{ code: 'listener.failed' }]);
    expect(JSON.stringify(events)).not.toContain('a secret');
  });

  it('is born at the last entry that is no refresh', async () => {
    const position = add('root', 'r1');
    const refresh = add('refresh', 'u1');
    const { replica } = logProcess(server, time);
    await replica.poll();
    expect(replica.position()).toEqual({ genesis: server.header?.genesis, position });
    expect(replica.entriesSince({ genesis: server.header?.genesis ?? '', position }).at(-1)?.position).toBe(refresh);
  });

  it('lists all entries since a birth, refreshes included', async () => {
    const { replica } = logProcess(server, time);
    await replica.poll();
    const birth = { genesis: server.header?.genesis ?? '', position: 0 };
    for (const key of ['r1', 'r2']) add('root', key);
    add('refresh', 'u1');
    await replica.poll();
    expect(replica.entriesSince(birth).map(({ key }) => key)).toEqual(['r1', 'r2', 'u1']);
    const later = { ...birth, position: replica.entriesSince(birth)[1]?.position ?? 0 };
    expect(replica.entriesSince(later).map(({ key }) => key)).toEqual(['u1']);
  });

  it('refuses to list entries of another log, or more than it holds one by one', async () => {
    const { replica } = logProcess(server, time);
    const unread = { genesis: server.header?.genesis ?? '', position: 0 };
    expect(() => replica.entriesSince(unread)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE' }));
    for (let each = 0; each < 20_000; each++) {
      server.entries.push({ tag: `x${each}`, kind: 'root', key: `x${each}`, except: [], position: each + 1, at: 0 });
    }
    await replica.poll();
    expect(() => replica.entriesSince(unread)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE' }));
    expect(() => replica.entriesSince({ genesis: 'another', position: 20_000 })).toThrow();
    expect(replica.entriesSince({ ...unread, position: 10_000 })).toHaveLength(10_000);
  });

  it('loads a long log a page at a time and confirms nothing before the last', async () => {
    for (let each = 0; each < 10; each++) add('root', `r${each}`);
    server.page = 3;
    const confirmed: boolean[] = [];
    const process = logProcess(server, time, { beforePoll: () => void confirmed.push(process.replica.confirmed()) });
    await expect(process.replica.poll()).resolves.toBe(true);
    expect(confirmed).toEqual([false, false, false, false]);
    expect(process.replica.position()?.position).toBe(server.entries.at(-1)?.position);
  });

  it('reloads without doubt if the log dropped entries that it had not seen', async () => {
    const { replica, events } = logProcess(server, time);
    const reloads: number[] = [];
    replica.onReload(() => reloads.push(server.polls));
    await replica.poll();
    const early = bornAt(replica);
    for (const key of ['r1', 'r2', 'r3']) add('root', key);
    server.expire(2);
    await expect(replica.poll()).resolves.toBe(true);
    expect(reloads).toHaveLength(1);
    expect(replica.verdict(early)).toBe('revoked');
    expect(replica.verdict(bornAt(replica))).toBe('valid');
    expect(events).toEqual([]);
  });

  it('forgets with the base what no birth can ask for, and refuses births before it', async () => {
    const { replica } = logProcess(server, time);
    await replica.poll();
    const early = bornAt(replica);
    for (const key of ['r1', 'r2']) add('root', key);
    await replica.poll();
    const late = bornAt(replica);
    server.expire(2);
    await replica.poll();
    expect(replica.verdict(early)).toBe('revoked');
    expect(replica.verdict(late)).toBe('valid');
  });

  it('does not know births that it has not seen, and refuses those that the log never had', async () => {
    const { replica } = logProcess(server, time);
    add('root', 'r1');
    add('root', 'r2');
    await replica.poll();
    const claims = bornAt(replica);
    expect(replica.verdict({ ...claims, birth: claims.birth + 1 })).toBe('unknown');
    expect(replica.verdict({ ...claims, birth: claims.birth - 1 })).toBe('revoked');
    expect(replica.verdict({ ...claims, genesis: 'another' })).toBe('unknown');
    expect(admitNow(replica, claims)).toBe('admitted');
  });

  describe('in doubt', () => {
    it('starts the first log after one wait, and reports nothing', async () => {
      server.header = null;
      const { replica, events } = logProcess(server, time);
      replica.start();
      await time.pass(server.wait - 1);
      expect(server.header).toBeNull();
      expect(replica.confirmed()).toBe(false);
      await time.pass(1);
      expect(replica.confirmed()).toBe(true);
      expect(events).toEqual([]);
    });

    it('is not confirmed, though its lease has not ended', async () => {
      const { replica } = logProcess(server, time);
      await replica.poll();
      server.life = 'life-2';
      await expect(replica.poll()).resolves.toBe(false);
      expect(replica.confirmed()).toBe(false);
    });

    it('starts a new log if another store answers, after one wait, and says so', async () => {
      const { replica, events } = logProcess(server, time);
      replica.start();
      await settled();
      const claims = bornAt(replica);
      server.life = 'life-2';
      await time.pass(300 + server.wait - 1);
      expect(server.header?.genesis).toBe(claims.genesis);
      await time.pass(1);
      expect(server.header?.genesis).not.toBe(claims.genesis);
      expect(replica.confirmed()).toBe(true);
      expect(replica.verdict(claims)).toBe('unknown');
      expect(events).toMatchObject([{ code: 'log.refounded', detail: { doubt: 'other-life' } }]);
    });

    it('starts a new log at once if a healthy-looking one lacks its position', async () => {
      const { replica, events } = logProcess(server, time);
      add('root', 'r1');
      await replica.poll();
      const claims = bornAt(replica);
      server.forget(1);
      await expect(replica.poll()).resolves.toBe(false);
      await settled();
      expect(server.header?.genesis).not.toBe(claims.genesis);
      expect(replica.confirmed()).toBe(true);
      expect(events).toMatchObject([{ code: 'log.refounded', detail: { doubt: 'rolled-back' } }]);
    });

    it('notices lost positions that were given out again', async () => {
      const { replica } = logProcess(server, time);
      add('root', 'r1');
      await replica.poll();
      const { genesis } = bornAt(replica);
      server.forget(1);
      for (const key of ['r2', 'r3']) add('root', key);
      await expect(replica.poll()).resolves.toBe(false);
      await settled();
      expect(server.header?.genesis).not.toBe(genesis);
    });

    it('applies a revocation in the place of a refresh that the store lost', async () => {
      const { replica } = logProcess(server, time);
      await replica.poll();
      const claims = bornAt(replica);
      const lost = add('refresh', 'u1');
      await replica.poll();
      server.forget(1);
      server.entries.push({ tag: 'new', kind: 'subject', key: 'u1', except: [], position: lost - 1, at: 0 });
      await replica.poll();
      expect(replica.verdict(claims)).toBe('revoked');
      const since = replica.entriesSince({ genesis: claims.genesis, position: claims.birth });
      expect(since.map(({ kind }) => kind)).toEqual(['subject']);
    });

    it('goes on with the same log if the right store comes back within the wait', async () => {
      const { replica, events } = logProcess(server, time);
      replica.start();
      await settled();
      const claims = bornAt(replica);
      server.life = 'life-2';
      await time.pass(600);
      expect(replica.confirmed()).toBe(false);
      server.life = 'life-1';
      await time.pass(2 * server.wait);
      expect(admitNow(replica, claims)).toBe('admitted');
      expect(events).toEqual([]);
    });

    it('starts no log while the store gives no answer, nor after it was closed', async () => {
      const down = deferred<void>();
      let away = false;
      const { replica } = logProcess(server, time, { beforePoll: () => (away ? down.promise : undefined) });
      replica.start();
      await settled();
      const { genesis } = bornAt(replica);
      server.life = 'life-2';
      await time.pass(300);
      away = true;
      await time.pass(10 * server.wait);
      expect(server.header?.genesis).toBe(genesis);
    });

    it('reloads a log that another process has started', async () => {
      const [one, other] = [logProcess(server, time), logProcess(server, time)];
      await Promise.all([one.replica.poll(), other.replica.poll()]);
      const claims = bornAt(one.replica);
      server.life = 'life-2';
      server.found(server.header?.epoch ?? null);
      await expect(one.replica.poll()).resolves.toBe(true);
      expect(one.replica.verdict(claims)).toBe('unknown');
      expect(one.replica.position()?.genesis).toBe(server.header?.genesis);
    });

    it('is founded by one of several processes that notice together', async () => {
      const processes = Array.from({ length: 4 }, () => logProcess(server, time));
      for (const { replica } of processes) replica.start();
      await settled();
      server.life = 'life-2';
      await time.pass(300 + server.wait);
      await time.pass(300);
      const genesis = new Set(processes.map(({ replica }) => replica.position()?.genesis));
      expect([...genesis]).toEqual([server.header?.genesis]);
      expect(processes.flatMap(({ events }) => events)).toHaveLength(1);
    });
  });

  it('reports an outage once, and the next one again', async () => {
    let down = true;
    const { replica, events } = logProcess(server, time, {
      beforePoll: () => {
        if (down) throw new Error('connect to 10.0.0.1 with password hunter2 failed');
      },
    });
    for (let each = 0; each < 3; each++) await replica.poll();
    expect(events).toMatchObject([{ code: 'store.unavailable', severity: 'critical' }]);
    down = false;
    await replica.poll();
    down = true;
    await replica.poll();
    expect(events).toHaveLength(2);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });
});
