/** The command `swapproof report`, without a process of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../../lib/cli/commands/program.js';

const folder = mkdtempSync(join(tmpdir(), 'swapproof-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], stdin: AsyncIterable<Uint8Array> = chunks([])) {
  let [out, err] = ['', ''];
  const code = await runCommandLine(args, {
    version: '1.2.3',
    stdin,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

async function* chunks(parts: Iterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part as string);
}

const reportOf = (text: string, ...options: string[]) => run(['report', '-', ...options], chunks([text]));

const AT = Date.UTC(2026, 10, 21, 9, 12);
const DETAIL = {
  rule: 'row 4',
  now: 'Cache-Control: public, max-age=60; no Vary',
  enforced: 'Cache-Control: private, no-store; Vary: Cookie',
  why: 'It was asked with a credential, and says that caches may share it.',
};
const line = (more: object = {}) =>
  `${JSON.stringify({ code: 'would.cache.change', severity: 'info', at: AT, route: 'GET /account/:id', message: '', detail: DETAIL, ...more })}\n`;
const OTHER = line({ code: 'session.started', detail: {} });
const STARTED = line({ code: 'rehearsal.started', detail: {} });

describe('swapproof report', () => {
  it('prints which routes would change, what, why, how often and what to do', async () => {
    const { code, out, err } = await reportOf(
      OTHER +
        line() +
        line({ route: 'GET /b' }) +
        line({ at: AT + 3_600_000 }) +
        line({ code: 'would.refuse', detail: { ...DETAIL, rule: 'csrf' } }),
    );
    expect([code, err]).toEqual([1, '']);
    expect(out).toBe(`2 routes would change, seen 4 times in 5 events
from 2026-11-21 09:12 to 2026-11-21 10:12 UTC.

Would be refused (csrf)
  now       Cache-Control: public, max-age=60; no Vary
  enforced  Cache-Control: private, no-store; Vary: Cookie
  why       It was asked with a credential, and says that caches may share it.
  to do     If that site is yours, add it to csrf.trustedOrigins; a webhook goes
            into csrf.exempt.
    times  last seen (UTC)   route
        1  2026-11-21 09:12  GET /account/:id

Would be cached differently (row 4)
  now       Cache-Control: public, max-age=60; no Vary
  enforced  Cache-Control: private, no-store; Vary: Cookie
  why       It was asked with a credential, and says that caches may share it.
  to do     Take the cache header off. If it is the same for everyone, list the
            route in the public option or call markPublic(res).
    times  last seen (UTC)   route
        2  2026-11-21 10:12  GET /account/:id
        1  2026-11-21 09:12  GET /b
`);
  });

  it('prints JSON with the version of its form', async () => {
    const { code, out } = await reportOf(`${line()}broken\n`, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      schemaVersion: 1,
      rehearsing: true,
      changes: [expect.objectContaining({ route: 'GET /account/:id', ...DETAIL, count: 1, firstAt: AT, lastAt: AT })],
      counts: { 'would.cache.change': 1 },
      unlisted: 0,
      firstAt: AT,
      lastAt: AT,
      events: 1,
      broken: 1,
      brokenLines: [2],
    });
  });

  it('reads a file', async () => {
    const file = join(folder, 'events.ndjson');
    writeFileSync(file, line());
    expect(await run(['report', file])).toMatchObject({ code: 1, err: '' });
  });

  it('answers 0 if nothing would change, and 2 if there was no rehearsal that could say so', async () => {
    expect(await reportOf(STARTED + OTHER)).toEqual({ code: 0, out: 'Nothing would change in 2 events.\n', err: '' });
    const { code, out } = await reportOf(OTHER);
    expect([code, out]).toEqual([2, expect.stringContaining('was insecureReportOnly true')]);
  });

  it('leaves broken lines out, and names them by number', async () => {
    const { code, err, out } = await reportOf(
      `${line()}{"code":\n\n[1]\r\n"x"\n{"code":"would.refuse"}\n${line()}{"half`,
    );
    expect([code, err]).toEqual([1, 'swapproof: 5 lines are no events and were left out: line 2, 4, 5, 6, 8.\n']);
    expect(out).toContain('seen 2 times in 2 events');
  });

  it('names ten broken lines and counts the others', async () => {
    const { err } = await reportOf(line() + 'x\n'.repeat(12));
    expect(err).toMatch(/12 lines are no events .* line 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more\.\n$/);
  });

  it.each<[string, () => Promise<{ code: number; out: string; err: string }>, RegExp]>([
    [
      'a file that is not there',
      () => run(['report', join(folder, 'none')]),
      /none can't be read \(ENOENT\)\. Give the file/,
    ],
    ['a folder', () => run(['report', folder]), /can't be read \(EISDIR\)/],
    ['a file without events', () => reportOf('hello\n'), /stdin holds no event\. Give the file/],
    ['an empty file', () => reportOf(''), /stdin holds no event/],
    ['a stream that breaks', () => run(['report', '-'], broken()), /stdin can't be read \(EIO\)/],
    ['no file', () => run(['report']), /missing required argument 'file'\nAdd --help/],
    ['two files', () => run(['report', 'a', 'b']), /too many arguments/],
    ['a mistyped command', () => run(['reprot', 'a']), /unknown command 'reprot'\n\(Did you mean report\?\)/],
    ['a mistyped option', () => run(['report', 'a', '--jsno']), /unknown option '--jsno'\n\(Did you mean --json\?\)/],
    ['nothing', () => run([]), /Usage: swapproof/],
  ])('answers 2 for %s', async (_, ask, message) => {
    const { code, out, err } = await ask();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it.each([['--help'], ['report', '--help'], ['--version']])('answers 0 for %s %s', async (...args) => {
    const { code, out, err } = await run(args.filter(Boolean));
    expect([code, err, out === '']).toEqual([0, '', false]);
    expect(out.split('\n').filter((text) => text.length > 80)).toEqual([]);
  });
});

describe('a hostile log', () => {
  const TEXT = `\u001b]0;title\u0007\u009b2J\u202e${'/long'.repeat(900)}`;
  const hostile = line({
    route: TEXT,
    code: `would.${TEXT}`,
    detail: { rule: TEXT, now: TEXT, enforced: TEXT, why: TEXT },
  });

  it('prints nothing that a terminal obeys, in 80 columns', async () => {
    const { out, code } = await reportOf(hostile + line({ route: undefined, detail: null }));
    expect(code).toBe(1);
    expect(out).toMatch(/^[\x20-\x7e\n]*$/);
    expect(out.split('\n').filter((text) => text.length > 80)).toEqual([]);
    expect((await reportOf(hostile, '--json')).out).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('takes times at the ends of what a date can be', async () => {
    for (const at of [8.64e15, -8.64e15, 0, 0.5]) expect((await reportOf(line({ at }))).code).toBe(1);
    expect((await reportOf(line({ at: 8.7e15 }))).code).toBe(2);
    expect((await reportOf(line().replace(String(AT), '1e999'))).code).toBe(2);
  });

  it('reads lines however they are cut into chunks, with a byte order mark and any line ends', async () => {
    const bytes = Buffer.from(`\uFEFF${line()}${line({ route: 'GET /\u00e9' }).trimEnd()}\r\n${line().trimEnd()}`);
    for (const size of [1, 7, 10_000]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const { out, err } = await run(['report', '-', '--json'], chunks(parts));
      expect([JSON.parse(out).events, err]).toEqual([3, '']);
    }
  });

  it('does not keep a line without an end', async () => {
    const same = Buffer.alloc(2 ** 20, 'x');
    let kept = 0;
    async function* endless() {
      yield Buffer.from(line());
      const before = process.memoryUsage().arrayBuffers;
      for (let at = 0; at < 128; at++) yield same;
      kept = process.memoryUsage().arrayBuffers - before;
      yield Buffer.from(`\n${line()}`);
    }
    const { out, err } = await run(['report', '-', '--json'], endless());
    expect([JSON.parse(out).events, err]).toEqual([2, expect.stringContaining('line 2')]);
    expect(kept).toBeLessThan(2 ** 20);
  });

  it('takes a quarter of a million lines', async () => {
    const block = line({ detail: { rule: 'row 4' } }).repeat(1_000);
    function* many() {
      for (let at = 0; at < 250; at++) yield block;
    }
    const { out } = await run(['report', '-', '--json'], chunks(many()));
    expect(JSON.parse(out).changes[0].count).toBe(250_000);
  }, 60_000);
});

// biome-ignore lint/correctness/useYield: it fails before it yields anything
async function* broken(): AsyncGenerator<Uint8Array> {
  throw Object.assign(new Error('x'), { code: 'EIO' });
}
