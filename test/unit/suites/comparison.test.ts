import type { Accepted } from '../../suites/accepted.js';
import { type Case, compare } from '../../suites/comparison.js';
import { findingsOf, type Outcome, outcomeTable } from '../../suites/report.js';

const passing = (title: string): Case => ({ title, failure: null });
const failing = (title: string, failure = 'expected 200, got 500'): Case => ({ title, failure });
const vary: Accepted = { reason: 'It varies.', failure: /^expected "Vary"/, titles: ['varies'] };

describe('compare', () => {
  it('finds nothing where both runs went the same way, failures included', () => {
    const cases = [passing('a'), failing('b')];
    expect(compare(cases, cases, [])).toEqual({ accepted: [], unexpected: [], stale: [] });
  });

  it('accepts a listed case only in the words that are listed', () => {
    const before = [passing('varies')];
    const [asListed, otherwise] = [failing('varies', 'expected "Vary" of "Accept"'), failing('varies')];
    expect(compare(before, [asListed], [vary])).toEqual({ accepted: [asListed], unexpected: [], stale: [] });
    expect(compare(before, [otherwise], [vary])).toEqual({ accepted: [], unexpected: [otherwise], stale: ['varies'] });
  });

  it('does not accept the words of a listed case from another one', () => {
    const other = failing('other', 'expected "Vary" of "Accept"');
    expect(compare([passing('other')], [other], [vary]).unexpected).toEqual([other]);
  });

  it('reports a listed case that differs no more', () => {
    expect(compare([passing('varies')], [passing('varies')], [vary]).stale).toEqual(['varies']);
  });

  it('reports a case that passes behind the guard only', () => {
    expect(compare([failing('a')], [passing('a')], []).unexpected).toEqual([passing('a')]);
  });

  it('reports a case that ran in one of the runs only', () => {
    const missing = { title: 'a', failure: 'It did not run behind the guard.' };
    expect(compare([passing('a')], [], []).unexpected).toEqual([missing]);
    expect(compare([], [passing('a')], []).unexpected).toEqual([passing('a')]);
  });

  it('tells several cases of one title apart', () => {
    const before = [passing('a'), failing('a')];
    expect(compare(before, [failing('a'), failing('a')], []).unexpected).toEqual([failing('a')]);
  });
});

describe('the report of a suite', () => {
  const met = { requests: 3, events: { 'mounted.twice': 1 }, critical: [] };
  const world = { name: 'guard()', mount: 'apps', accepted: [] } as const;
  const cases = [passing('a'), failing('b')];
  const same = { accepted: [], unexpected: [], stale: [] };
  const outcome: Outcome = { world, before: { cases, met }, after: { cases, met }, comparison: same };

  it('is a table with the counts', () => {
    const cells = outcomeTable([outcome])
      .split('\n')
      .map((row) => row.split('|').map((cell) => cell.trim()));
    expect(cells[2]).toEqual(['', 'guard()', '2', '1', '1', '0', '0', '3', 'mounted.twice 1', '']);
  });

  it('has no findings if all is well', () => {
    expect(findingsOf(outcome)).toEqual([]);
  });

  it('finds every case that differs, and every listed one that does not', () => {
    const comparison = { accepted: [], unexpected: [failing('a'), passing('b')], stale: ['varies'] };
    expect(findingsOf({ ...outcome, comparison })).toEqual([
      'guard(): a: expected 200, got 500',
      'guard(): b: passes, and fails without the guard',
      'guard(): varies: differs no more; take it off test/suites/accepted.ts',
    ]);
  });

  it('finds a guard that no request met, and what it called critical', () => {
    const idle = { ...met, requests: 0, critical: ['The headers of GET / left without the guard.'] };
    expect(findingsOf({ ...outcome, after: { cases, met: idle } })).toEqual([
      'guard(): The headers of GET / left without the guard.',
      'guard(): no request met the guard',
    ]);
  });
});
