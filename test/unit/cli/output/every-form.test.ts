/** What holds for every form of a report: nothing secret in it, and nothing in it that its reader obeys. */

import { annotations } from '../../../../lib/cli/output/github.js';
import { htmlReport } from '../../../../lib/cli/output/html.js';
import { inertJson, inertText } from '../../../../lib/cli/output/inert.js';
import { junitReport } from '../../../../lib/cli/output/junit.js';
import { reportLines } from '../../../../lib/cli/output/ndjson.js';
import { sarifReport } from '../../../../lib/cli/output/sarif.js';
import { stepSummary } from '../../../../lib/cli/output/step-summary.js';
import type { Exchange } from '../../../../lib/evidence/exchange.js';
import type { Report } from '../../../../lib/evidence/report.js';
import { excerpt, hashOf, shown } from '../../../../lib/evidence/shown.js';
import { reportText } from '../../../../lib/evidence/text/report-text.js';
import { HOSTILE } from '../../../helpers/hostile.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';
import { sampleExchange, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const inGitHub = recordedConsole({ GITHUB_ACTIONS: 'true' });

const FORMS: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => inertText(reportText(report)),
  JSON: (report) => inertJson(JSON.stringify(report, null, 2)),
  NDJSON: (report) => inertJson(reportLines(report)),
  JUnit: junitReport,
  SARIF: (report) => sarifReport(report, null, inGitHub),
  HTML: htmlReport,
  annotations: (report) => annotations(report, null, inGitHub),
  'step summary': stepSummary,
};

const SECRET = 'kT8f0aZq1LmN2oPq3RsT4uVw5XyZ6';

/** One in every place that a person's credential travels in. */
const asked: readonly Exchange[] = [
  { headers: [['Cookie', `sid=${SECRET}; theme=dark`] as const], path: `/callback?code=${SECRET}&state=a` },
  { headers: [['Authorization', `Bearer ${SECRET}`] as const], path: '/account' },
  { headers: [['X-Session-Token', SECRET] as const], path: '/account' },
  { headers: [], path: '/login', method: 'POST', body: `name=ada&password=${SECRET}` },
  { headers: [], path: '/login', method: 'POST', body: JSON.stringify({ name: 'ada', more: { password: SECRET } }) },
].map((question) =>
  sampleExchange('ada', {
    question: { method: 'GET', ...question },
    answer: {
      status: 302,
      headers: [
        ['Set-Cookie', `sid=${SECRET}; Path=/`],
        ['Location', `/reset?token=${SECRET}`],
      ],
      body: Buffer.from(`token ${SECRET} canary-ada-1`),
    },
  }),
);

it.each(Object.keys(FORMS))('shows credentials as hashes only, as %s', (form) => {
  const exchanges = asked.map((exchange) => shown(exchange, 0));
  const text = `canary-ada-1 ${SECRET}`;
  const finding = sampleFinding({
    exchanges,
    leak: { where: 'body', name: null, offset: 0, excerpt: excerpt(text, 0, 12) },
  });
  const printed = FORMS[form]?.(sampleReport({ findings: [finding], timeline: exchanges })) ?? '';
  for (const part of [SECRET, SECRET.slice(0, 10), SECRET.slice(-10), Buffer.from(SECRET).toString('base64')]) {
    expect(printed).not.toContain(part);
  }
  if (form !== 'annotations' && form !== 'SARIF') expect(printed.replaceAll('&#58;', ':')).toContain(hashOf(SECRET));
});

/** Hostile everywhere that a string from outside may stand. */
function hostileReport(hostile: string): Report {
  const exchange = {
    ...shown(sampleExchange(hostile), 0),
    url: hostile,
    method: hostile,
    curl: hostile,
    failure: hostile,
  };
  const finding = sampleFinding(
    {
      title: hostile,
      owner: hostile,
      receiver: hostile,
      detail: hostile,
      at: hostile,
      exchanges: [exchange, { ...exchange, asker: 'bob', startedAt: 40 }],
      leak: { where: 'header', name: hostile, offset: 1, excerpt: hostile },
    },
    hostile,
  );
  return sampleReport({
    findings: [finding, { ...finding, certainty: 'warning' }],
    summary: hostile,
    target: hostile,
    seed: hostile,
    replay: hostile,
    people: [hostile, 'bob'],
    asked: [{ what: hostile, mechanisms: ['M1'], requests: 1 }],
    notCovered: [{ what: hostile, mechanisms: [], why: hostile }],
  });
}

describe.each(['text', 'JSON', 'NDJSON', 'annotations'])('%s, which is printed,', (form) => {
  it.each(HOSTILE.map((hostile) => [hostile.slice(0, 40), hostile]))(
    'gives %j no power over a CI server',
    (_name, hostile) => {
      const printed = FORMS[form]?.(hostileReport(hostile)) ?? '';
      const commands = printed.split('\n').filter((line) => line.trimStart().startsWith('::'));
      const own = form === 'annotations' ? commands.filter((line) => /^::(?:error|warning) /.test(line)) : [];
      expect(commands).toEqual(own);
      if (form !== 'annotations') expect(printed).not.toMatch(/##\w*\[/);
    },
  );
});

it('changes no value of the JSON that it makes harmless', () => {
  const report = hostileReport('a ##[error]x \\##[b]');
  expect(JSON.parse(inertJson(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
});

it.each(Object.entries(FORMS).filter(([form]) => !/JSON/.test(form)))(
  'keeps %s short, whatever is found',
  (_form, print) => {
    const findings = Array.from({ length: 2000 }, () => sampleFinding({ detail: 'x'.repeat(10_000) }));
    const few = print(sampleReport({ findings: findings.slice(0, 1), timeline: [] })).length;
    expect(print(sampleReport({ findings, timeline: [] })).length).toBeLessThan(few * 2001);
    expect(print(sampleReport({ findings, timeline: [] })).length).toBeLessThan(8_000_000);
  },
);
