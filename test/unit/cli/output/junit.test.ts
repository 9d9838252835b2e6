/** JUnit XML: which cases there are, how they end, and that it is XML whatever it is given. */
import { junitReport } from '../../../../lib/cli/output/junit.js';
import type { Report } from '../../../../lib/evidence/report.js';
import { HOSTILE } from '../../../helpers/hostile.js';
import { CANNOT_TELL, CLEAN, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
}

const TAG = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g;

/** Strict: what is left between the tags holds no sign of XML, and every tag ends where it must. */
function parsed(xml: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, end, name = '', attributes = '', empty] of xml.matchAll(TAG)) {
    if (end) {
      expect(open.pop()?.name).toBe(name);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
    const element = { name, attributes: Object.fromEntries(pairs), children: [] };
    open.at(-1)?.children.push(element);
    if (!empty) open.push(element);
  }
  expect(open).toEqual([root]);
  expect(xml.replace(/^<\?xml [^?]*\?>/, '').replace(TAG, '')).not.toMatch(/<|&(?!(?:lt|gt|amp|quot|#xD|#xA|#x9);)/);
  return root;
}

function suiteOf(report: Report): XmlElement {
  const suite = parsed(junitReport(report)).children[0]?.children[0];
  if (suite === undefined) throw new Error('no suite');
  return suite;
}

/** `name: element message` of each case. */
const casesOf = (report: Report) =>
  suiteOf(report)
    .children.filter(({ name }) => name === 'testcase')
    .map(({ attributes, children: [outcome] }) => {
      return `${attributes.name}: ${outcome ? `${outcome.name} ${outcome.attributes.message ?? ''}`.trim() : 'passed'}`;
    });

const asked: Report['asked'] = [
  { what: 'bursts', mechanisms: ['M6', 'M11'], requests: 10 },
  { what: 'aborts', mechanisms: ['M16'], requests: 10 },
];

it('has a case for each thing asked, a failure where something was found, and what was not asked as skipped', () => {
  const findings = [
    sampleFinding(),
    sampleFinding({ mechanism: 'M6', title: 'again' }),
    sampleFinding({ mechanism: 'M22', title: 'same id' }),
  ];
  const report = sampleReport({ asked, findings });
  expect(casesOf(report)).toEqual([
    'bursts: failure bob received the page of ada (and 1 more finding)',
    'aborts: passed',
    'same id: failure same id',
    'mail (M29): skipped no hook for it was given',
  ]);
  expect(suiteOf(report).attributes).toMatchObject({
    name: 'swapproof hammer',
    tests: '4',
    failures: '2',
    errors: '0',
    skipped: '1',
    time: '12.400',
    timestamp: '2026-11-21T09:12:00',
  });
  expect(junitReport(report)).toContain('--seed k3f9');
});

it('passes when clean, and is in error when nobody can tell', () => {
  expect(casesOf(sampleReport({ ...CLEAN, asked, notCovered: [] }))).toEqual(['bursts: passed', 'aborts: passed']);
  expect(casesOf(sampleReport({ ...CANNOT_TELL, notCovered: [] }))).toEqual([
    'can tell: error no two responses differ, so that nobody can say whose they are',
  ]);
});

it('tells warnings without failing', () => {
  const report = sampleReport({ ...CLEAN, asked, notCovered: [], findings: [sampleFinding({ certainty: 'warning' })] });
  expect(casesOf(report)).toEqual(['bursts: system-out', 'aborts: passed']);
});

it.each(HOSTILE.map((hostile) => [hostile.slice(0, 30), hostile]))('is XML with %j in it', (_name, hostile) => {
  const report = sampleReport({
    findings: [sampleFinding({ title: hostile, detail: hostile })],
    summary: hostile,
    asked: [],
  });
  const xml = junitReport(report);
  expect(xml).toMatch(/^[\x20-\x7e\n]+$/);
  expect(casesOf(report)).toHaveLength(2);
  expect(suiteOf(report).children.map(({ name }) => name)).toEqual(['properties', 'testcase', 'testcase']);
});
