/** What a run may say of itself: one that the deadline has cut in half is no clean one. */
import type { NotCovered } from '../../../../lib/evidence/report.js';
import { suiteReport } from '../../../../lib/testing/suite/suite-report.js';
import { TOO_LATE } from '../../../../lib/testing/world/given-up.js';
import { Journal } from '../../../../lib/testing/world/journal.js';

const reportOf = (asked: number, late: number, unable = 0, what = 'an experiment') => {
  const left = (why: string): NotCovered => ({ what, mechanisms: ['M1'], why });
  return suiteReport({
    target: 'an app',
    found: [],
    asked: Array.from({ length: asked }, () => ({ what: 'another', mechanisms: ['M1'], requests: 1 })),
    notCovered: [
      ...Array.from({ length: late }, () => left(`swapSuite(): ${TOO_LATE}.`)),
      ...Array.from({ length: unable }, () => left('there is no store')),
    ],
    people: ['ada', 'bob'],
    journal: new Journal(),
    startedAt: new Date(0),
    seed: 's',
    replay: '',
  });
};

it.each([
  [{ asked: 3, late: 0, unable: 9 }, 'clean', 'No session was swapped in 3 experiments.'],
  [{ asked: 3, late: 2, unable: 0 }, 'clean', 'The deadline came before 2 others: give a longer one, or fewer routes.'],
  [
    { asked: 3, late: 3, unable: 0 },
    'cannot-tell',
    'No session was swapped in 3 experiments. The deadline came before 3',
  ],
  [{ asked: 0, late: 0, unable: 3 }, 'cannot-tell', 'Nothing could be asked.'],
])('of %j it says %s', ({ asked, late, unable }, verdict, words) => {
  const report = reportOf(asked, late, unable);
  expect(report).toMatchObject({ verdict, ok: true, summary: expect.stringContaining(words) });
});

it('says how many were cut short', () => {
  const { summary } = reportOf(3, 0, 2, 'the rest of: another');
  expect(summary).toBe('No session was swapped in 3 experiments (2 of them cut short).');
});
