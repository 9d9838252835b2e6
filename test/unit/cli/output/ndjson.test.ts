/** One event a line, in the form of the library's events, so that one reader takes both. */
import { readEventLine } from '../../../../lib/cli/commands/event-line.js';
import { reportLines } from '../../../../lib/cli/output/ndjson.js';
import { CLEAN, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('says the verdict first, then each finding, what was asked, what not, and when', () => {
  const report = sampleReport({ findings: [sampleFinding(), sampleFinding({ certainty: 'warning' })] });
  const lines = parsed(reportLines(report));
  expect(lines.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
    'report.verdict critical',
    'report.finding critical',
    'report.finding warn',
    'report.asked info',
    'report.not_covered info',
    ...report.timeline.map(() => 'report.exchange info'),
  ]);
  expect(lines[0]).toMatchObject({
    schemaVersion: 1,
    at: Date.UTC(2026, 10, 21, 9, 12),
    message: 'Swapped: bob received the page of ada',
    detail: { verdict: 'swapped', seed: 'k3f9', tool: 'hammer' },
  });
  expect(lines[1].detail).toEqual(JSON.parse(JSON.stringify(report.findings[0])));
});

it('is readable as events are', () => {
  for (const line of reportLines(sampleReport(CLEAN)).trimEnd().split('\n')) {
    expect(readEventLine(line)).toMatchObject({ code: expect.stringMatching(/^report\./) });
  }
});
