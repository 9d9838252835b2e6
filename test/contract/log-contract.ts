/** What every store's log keeps, whatever it is made of. The rules are those of lib/revocation/log.ts. */
import type { LogEntry, NewEntry, PollAnswer, RevocationLog } from '../../lib/revocation/log.js';

export interface LogUnderTest {
  readonly log: RevocationLog;
  close(): Promise<void>;
}

export interface LogFactory {
  open(options: { keep: number; now: () => number }): LogUnderTest;
}

const HOUR = 3_600_000;
const KEEP = 24 * HOUR;
const signal = new AbortController().signal;

let tags = 0;

export function entry(kind: NewEntry['kind'], key = '', except: string[] = []): NewEntry {
  return { tag: `tag-${++tags}`, kind, key, except };
}

export function logContract(factory: LogFactory): void {
  let now = Date.UTC(2026, 0, 1);
  let opened: LogUnderTest;
  let log: RevocationLog;

  beforeEach(() => {
    opened = factory.open({ keep: KEEP, now: () => now });
    log = opened.log;
  });
  afterEach(() => opened.close());

  const poll = (after: { genesis: string; position: number; latest?: number } | null) =>
    log.poll({ member: null, after: after && { latest: after.position, ...after } }, signal);
  const everything = () => poll(null);
  const headerOf = ({ header }: PollAnswer) => {
    if (header === null) throw new Error('no header');
    return header;
  };
  const append = (added: NewEntry) => log.append(added, signal);
  const keysOf = (entries: readonly LogEntry[]) => entries.map(({ key }) => key);

  describe('found', () => {
    it('starts the first log, once', async () => {
      expect((await everything()).header).toBeNull();
      await expect(log.found(null, signal)).resolves.toBe(true);
      await expect(log.found(null, signal)).resolves.toBe(false);
      const answer = await everything();
      expect(answer.header).toMatchObject({ life: answer.life, keep: KEEP, maxLease: log.lease, doubt: null, base: 0 });
      expect(answer).toMatchObject({ reload: true, more: false, entries: [] });
    });

    it('starts another log only in place of the one that was seen', async () => {
      await log.found(null, signal);
      await append(entry('root', 'r1'));
      const before = headerOf(await everything());
      await expect(log.found('another epoch', signal)).resolves.toBe(false);
      await expect(log.found(before.epoch, signal)).resolves.toBe(true);
      const after = await everything();
      expect(headerOf(after).genesis).not.toBe(before.genesis);
      expect(headerOf(after).epoch).not.toBe(before.epoch);
      expect(after.entries).toEqual([]);
    });
  });

  describe('append', () => {
    it('refuses while there is no log', async () => {
      await expect(append(entry('root', 'r1'))).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    });

    it('adds entries as they are, in the order of their positions', async () => {
      await log.found(null, signal);
      const added = [
        entry('root', 'r1'),
        entry('subject', 'u1', ['r2', 'r3']),
        entry('id', 'i1'),
        entry('refresh', 'u1'),
      ];
      const positions: number[] = [];
      for (const each of added) positions.push((await append(each)).position);
      const { entries } = await poll({ genesis: headerOf(await everything()).genesis, position: positions[0] ?? 0 });
      expect(entries).toEqual(
        added.slice(1).map((each, index) => ({ ...each, position: positions[index + 1], at: now })),
      );
      expect([...positions].sort((one, other) => one - other)).toEqual(positions);
      expect(positions.every(Number.isSafeInteger)).toBe(true);
    });

    it('names the log that took the entry', async () => {
      await log.found(null, signal);
      const { genesis, epoch } = headerOf(await everything());
      await expect(append(entry('root', 'r1'))).resolves.toMatchObject({ genesis, epoch, members: [] });
    });

    it('adds one entry for one tag, however often it is tried', async () => {
      await log.found(null, signal);
      const once = entry('root', 'r1');
      const [first, together] = await Promise.all([append(once), append(once)]);
      const again = await append(once);
      expect([together.position, again.position]).toEqual([first.position, first.position]);
      expect((await everything()).entries).toHaveLength(1);
    });

    it('never gives out the same positions again to another history', async () => {
      const positions: number[] = [];
      for (let history = 0; history < 2; history++) {
        await log.found((await everything()).header?.epoch ?? null, signal);
        for (let each = 0; each < 5; each++) positions.push((await append(entry('root', `r${each}`))).position);
      }
      expect(new Set(positions).size).toBe(10);
      expect(positions.slice(0, 5).map((position) => Math.floor(position / 2 ** 20))).toEqual([1, 2, 3, 4, 5]);
    });

    it.each([
      ['an empty key', entry('root', '')],
      ['a key for everyone', entry('everyone', 'u1')],
      ['an empty tag', { ...entry('root', 'r1'), tag: '' }],
      ['NUL in a key', entry('subject', 'u1\0admin')],
      ['half a surrogate pair', entry('subject', 'u\ud800')],
    ])('refuses %s', async (_, wrong) => {
      await log.found(null, signal);
      await expect(append(wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      expect((await everything()).entries).toEqual([]);
    });

    it('gives keys back as they went in', async () => {
      await log.found(null, signal);
      const keys = ['__proto__', "'; DROP TABLE", 'e\u0301', '\u00e9', '\u{1f600}', ' ', '%', 'a'.repeat(5_000)];
      for (const key of keys) await append(entry('subject', key, [key]));
      const { entries } = await everything();
      expect(keysOf(entries)).toEqual(keys);
      expect(entries.map(({ except }) => except[0])).toEqual(keys);
    });
  });

  describe('poll', () => {
    it('answers what came after, and that the position is held', async () => {
      await log.found(null, signal);
      const { genesis, position } = await append(entry('root', 'r1'));
      await expect(poll({ genesis, position })).resolves.toMatchObject({ entries: [], holdsOwnPosition: true });
      await append(entry('root', 'r2'));
      const answer = await poll({ genesis, position });
      expect(keysOf(answer.entries)).toEqual(['r2']);
      expect(answer).toMatchObject({ holdsOwnPosition: true, reload: false });
    });

    it('says so if the asker knows a position that is not in the log', async () => {
      await log.found(null, signal);
      const { genesis, position } = await append(entry('root', 'r1'));
      for (const lost of [position - 1, position + 1, position + 2 ** 20]) {
        await expect(poll({ genesis, position: lost })).resolves.toMatchObject({
          holdsOwnPosition: false,
          reload: false,
        });
      }
    });

    it('sends everything to an asker of another log', async () => {
      await log.found(null, signal);
      const { position } = await append(entry('root', 'r1'));
      const answer = await poll({ genesis: 'another', position });
      expect(answer.reload).toBe(true);
      expect(keysOf(answer.entries)).toEqual(['r1']);
    });

    it('goes on after the last entry the asker has, and from its own position if that one is gone', async () => {
      await log.found(null, signal);
      const { genesis, position } = await append(entry('root', 'r1'));
      const refresh = await append(entry('refresh', 'u1'));
      await append(entry('refresh', 'u2'));
      const held = { genesis, position, latest: refresh.position };
      expect(keysOf((await poll(held)).entries)).toEqual(['u2']);
      const gone = { ...held, latest: refresh.position + 1 };
      expect(keysOf((await poll(gone)).entries)).toEqual(['u1', 'u2']);
    });
  });

  describe('expiry', () => {
    it('moves the base over entries older than `keep`, in the same step as an append', async () => {
      await log.found(null, signal);
      const first = await append(entry('root', 'r1'));
      now += HOUR;
      const second = await append(entry('root', 'r2'));
      now += KEEP - HOUR + 1;
      await append(entry('root', 'r3'));
      const answer = await everything();
      expect(headerOf(answer).base).toBe(first.position);
      expect(keysOf(answer.entries)).toEqual(['r2', 'r3']);
      const { genesis } = headerOf(answer);
      await expect(poll({ genesis, position: first.position })).resolves.toMatchObject({
        reload: false,
        holdsOwnPosition: true,
      });
      await expect(poll({ genesis, position: second.position })).resolves.toMatchObject({ holdsOwnPosition: true });
    });

    it('reloads an asker that is older than the base', async () => {
      await log.found(null, signal);
      const { genesis } = await append(entry('root', 'r1'));
      now += KEEP + 1;
      await append(entry('root', 'r2'));
      await expect(poll({ genesis, position: 0 })).resolves.toMatchObject({ reload: true });
    });

    it('lets all before an `everyone` go, but not its own entry', async () => {
      await log.found(null, signal);
      await append(entry('root', 'r1'));
      const last = await append(entry('subject', 'u1'));
      const everyone = await append(entry('everyone'));
      const answer = await everything();
      expect(headerOf(answer).base).toBe(last.position);
      expect(answer.entries.map(({ position }) => position)).toEqual([everyone.position]);
    });

    it('still knows the tag of an entry that an `everyone` let go', async () => {
      await log.found(null, signal);
      const late = entry('subject', 'u1');
      const first = await append(late);
      await append(entry('everyone'));
      await expect(append(late)).resolves.toMatchObject({ position: first.position });
    });

    it('drops refreshes after an hour and never moves the base to one', async () => {
      await log.found(null, signal);
      const { genesis, position } = await append(entry('root', 'r1'));
      await append(entry('refresh', 'u1'));
      now += HOUR + 1;
      await append(entry('refresh', 'u2'));
      const answer = await everything();
      expect(keysOf(answer.entries)).toEqual(['r1', 'u2']);
      now += KEEP;
      await append(entry('refresh', 'u3'));
      const after = await everything();
      expect(headerOf(after).base).toBe(position);
      await expect(poll({ genesis, position })).resolves.toMatchObject({ holdsOwnPosition: true, reload: false });
    });

    it('clears a backlog a part at a time and loses nothing of what counts', async () => {
      await log.found(null, signal);
      await Promise.all(Array.from({ length: 600 }, (_, each) => append(entry('root', `old${each}`))));
      now += KEEP + 1;
      const fresh: string[] = [];
      for (let each = 0; each < 4; each++) {
        await append(entry('root', `new${each}`));
        fresh.push(`new${each}`);
        const { entries } = await everything();
        expect(keysOf(entries).slice(-fresh.length)).toEqual(fresh);
      }
      expect(keysOf((await everything()).entries)).toEqual(fresh);
    });

    it('keeps everything while the clock is set back', async () => {
      await log.found(null, signal);
      await append(entry('root', 'r1'));
      now -= 10 * KEEP;
      await append(entry('root', 'r2'));
      expect(keysOf((await everything()).entries)).toEqual(['r1', 'r2']);
    });
  });

  describe('unchanged', () => {
    it('is true until something is appended, by this handle too', async () => {
      await log.found(null, signal);
      const { version } = await everything();
      if (log.unchanged === undefined) {
        expect(version).toBe('');
        return;
      }
      expect(log.unchanged(version)).toBe(true);
      await append(entry('root', 'r1'));
      expect(log.unchanged(version)).toBe(false);
      const next = await everything();
      expect(log.unchanged(next.version)).toBe(true);
      expect(log.unchanged(version)).toBe(false);
    });
  });
}
