import { Events, type SwapproofEvent } from '../../../lib/events.js';
import { adviceFor, rules } from '../../../lib/rehearsal/advice.js';
import { RehearsedEvents } from '../../../lib/rehearsal/rehearsed-events.js';
import type { ReportedEvent } from '../../../lib/rehearsal/report.js';
import { reportOf } from '../../helpers/report-of.js';

const DETAIL = {
  rule: 'row 5',
  now: 'no Cache-Control',
  enforced: 'Cache-Control: private, no-store',
  why: 'Because.',
};

function event(more: Partial<ReportedEvent> = {}): ReportedEvent {
  return { code: 'would.cache.change', at: 10, route: 'GET /a', detail: DETAIL, ...more };
}

describe('RehearsalTally', () => {
  it('counts each route, code and rule, with first and last time, most frequent first', () => {
    const report = reportOf([
      event({ route: 'GET /b', at: 7 }),
      event({ at: 9 }),
      event({ at: 3, detail: { ...DETAIL, now: 'later ones say something else' } }),
      event({ code: 'would.refuse', detail: { ...DETAIL, rule: 'csrf' }, at: 12 }),
    ]);
    expect(report).toEqual({
      rehearsing: true,
      changes: [
        {
          route: 'GET /a',
          code: 'would.cache.change',
          ...DETAIL,
          advice: adviceFor('row 5'),
          count: 2,
          firstAt: 3,
          lastAt: 9,
        },
        expect.objectContaining({ route: 'GET /a', code: 'would.refuse', rule: 'csrf', count: 1 }),
        expect.objectContaining({ route: 'GET /b', count: 1, firstAt: 7, lastAt: 7 }),
      ],
      counts: { 'would.cache.change': 3, 'would.refuse': 1 },
      unlisted: 0,
      firstAt: 3,
      lastAt: 12,
    });
  });

  it('is frozen, plain, and the same for the same events in another order', () => {
    const events = Array.from({ length: 50 }, (_, at) => event({ at, route: `GET /${at % 7}` }));
    const report = reportOf(events);
    expect([report, report.changes, report.changes[0], report.counts].every(Object.isFrozen)).toBe(true);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(reportOf(events.reverse())).toEqual(report);
  });

  it('leaves out what is of no rehearsal, and tells a rehearsal without changes from none', () => {
    const other = event({ code: 'session.started' });
    const nothing = { changes: [], counts: {}, unlisted: 0, firstAt: null, lastAt: null };
    expect(reportOf([other])).toEqual({ ...nothing, rehearsing: false });
    expect(reportOf([other, event({ code: 'rehearsal.started' })])).toEqual({ ...nothing, rehearsing: true });
  });

  it('lists 1,000 changes and counts the others', () => {
    const report = reportOf(Array.from({ length: 1_203 }, (_, at) => event({ at, route: `GET /${at}` })));
    expect([report.changes.length, report.unlisted, report.counts, report.lastAt]).toEqual([
      1_000,
      203,
      { 'would.cache.change': 1_203 },
      1_202,
    ]);
  });

  it('counts codes of a later version, of a bounded number', () => {
    const report = reportOf(Array.from({ length: 30 }, (_, at) => event({ code: `would.new${at}` })));
    expect(Object.keys(report.counts)).toHaveLength(21);
    expect(report.counts['would.other']).toBe(10);
  });

  it.each<[string, Partial<ReportedEvent>]>([
    ['nothing but a code', { route: undefined, detail: undefined }],
    ['types of its own', { route: { toString: 1 }, detail: 'x' }],
    ['names of prototypes', { route: '__proto__', code: 'would.__proto__', detail: { rule: 'constructor' } }],
  ])('takes an event of %s', (_, more) => {
    const [change] = reportOf([event(more)]).changes;
    expect(change).toMatchObject({ count: 1, now: '', why: '', advice: 'See docs/guard.md.' });
  });

  it('cuts long texts and keeps nothing that a terminal obeys', () => {
    const text = `\u001b[2J\u009b31m\u202e\r\n${'x'.repeat(2_000)}`;
    const [change] = reportOf([
      event({ route: text, detail: { rule: text, now: text, enforced: text, why: text } }),
    ]).changes;
    const { count, firstAt, lastAt, ...texts } = change as NonNullable<typeof change>;
    expect([count, firstAt, lastAt]).toEqual([1, 10, 10]);
    expect(Object.values(texts).filter((value) => /[^\x20-\x7e]/.test(value) || value.length > 403)).toEqual([]);
    expect(texts.route).toHaveLength(163);
  });
});

describe('advice', () => {
  it('is a sentence for each rule, short enough to be read', () => {
    expect(rules.filter((rule) => !/^[A-Z].{15,160}\.$/.test(adviceFor(rule)))).toEqual([]);
  });
});

describe('RehearsedEvents', () => {
  const source = () => ({ requestId: 'r', route: 'GET /a' });
  const would = { rule: 'csrf', now: 'the app answers', enforced: '403', why: 'Another site asked.' };

  function recorded() {
    const events = new RehearsedEvents(() => 7);
    const seen: SwapproofEvent[] = [];
    events.on('*', (event) => seen.push(event));
    return { events, seen };
  }

  it('tells what would be, and that it must be left undone', () => {
    const { events, seen } = recorded();
    expect(events.rehearsed('would.refuse', { ...would, source: source() })).toBe(true);
    expect(seen).toEqual([
      {
        code: 'would.refuse',
        severity: 'warn',
        at: 7,
        requestId: 'r',
        route: 'GET /a',
        message: 'GET /a: the app answers would become 403. Another site asked.',
        detail: would,
      },
    ]);
  });

  it('tells it once a request and rule, and nothing more of what would have been refused', () => {
    const { events, seen } = recorded();
    const one = source();
    const codes = [
      'would.cookie.drop',
      'would.cookie.drop',
      'would.cache.change',
      'would.refuse',
      'would.anonymise',
    ] as const;
    for (const code of codes) expect(events.rehearsed(code, { ...would, source: one })).toBe(true);
    events.rehearsed('would.cookie.drop', { ...would, source: source() });
    expect(seen.map(({ code }) => code)).toEqual([codes[0], codes[2], codes[3], codes[0]]);
  });

  it('is silent about deeds that were not done, and tells what was seen', () => {
    const { events, seen } = recorded();
    for (const code of ['cache.violation', 'cookie.stripped', 'csrf.refused', 'guard.bypassed'] as const)
      events.emit(code, 'x');
    events.emit('cookie.duplicate', 'x', { detail: { differ: true } });
    events.emit('cookie.duplicate', 'x', { detail: { differ: false } });
    expect(seen.map(({ code }) => code)).toEqual(['guard.bypassed', 'cookie.duplicate']);
  });

  it('cuts what is long, and keeps a message on one line', () => {
    const { events, seen } = recorded();
    events.rehearsed('would.refuse', { ...would, source: source(), now: `\r\n\u001b${'x'.repeat(1_000)}` });
    expect(seen[0]?.message).toMatch(/^[\x20-\x7e]{1,600}$/);
  });

  it('differs from events that enforce', () => {
    const events = new Events();
    const seen: string[] = [];
    events.on('*', ({ code }) => seen.push(code));
    expect([events.rehearsing, events.rehearsed('would.refuse', { ...would, source: source() })]).toEqual([
      false,
      false,
    ]);
    expect(seen).toEqual([]);
  });
});
