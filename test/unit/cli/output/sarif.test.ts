/** SARIF: valid, and such that code scanning takes it: one result that it refuses makes it refuse the file. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Log, Result } from 'sarif';
import { sarifReport } from '../../../../lib/cli/output/sarif.js';
import type { Report } from '../../../../lib/evidence/report.js';
import { shown } from '../../../../lib/evidence/shown.js';
import { HOSTILE } from '../../../helpers/hostile.js';
import { CANNOT_TELL, CLEAN, sampleExchange, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const schemaFolder = dirname(createRequire(__filename).resolve('@microsoft/jest-sarif/package.json'));
const { $schema, id, ...schema } = JSON.parse(
  readFileSync(join(schemaFolder, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
);
const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });
addFormats.default(ajv);
// It says that it is of an older draft, and uses nothing that has changed since.
const isValid = ajv.compile(schema);

const here = { version: '1.2.3' };
const logOf = (
  report: Report,
  location: string | null = null,
  surroundings: Parameters<typeof sarifReport>[2] = here,
): Log => JSON.parse(sarifReport(report, location, surroundings));
const resultsOf = (...args: Parameters<typeof logOf>): Result[] => logOf(...args).runs[0]?.results ?? [];
const placesOf = (...args: Parameters<typeof logOf>) =>
  resultsOf(...args).map(({ locations }) => {
    const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
    return [artifactLocation?.uri, region?.startLine, region?.startColumn];
  });
const at = (place: string | null) => sampleReport({ findings: [sampleFinding({ at: place })] });

describe.each<readonly [string, Report]>([
  [
    'swapped',
    sampleReport({ findings: [sampleFinding(), sampleFinding({ at: null, certainty: 'warning', mechanism: 'M29' })] }),
  ],
  ['clean', sampleReport(CLEAN)],
  ['cannot tell', sampleReport(CANNOT_TELL)],
  ...HOSTILE.map(
    (hostile) =>
      [
        `with ${JSON.stringify(hostile.slice(0, 20))}`,
        sampleReport({
          summary: hostile,
          findings: [sampleFinding({ title: hostile, detail: hostile, at: `${hostile}:3` })],
        }),
      ] as const,
  ),
])('%s', (_name, report) => {
  it('is valid against the schema of the standard', () => {
    expect(isValid(logOf(report)) ? [] : isValid.errors).toEqual([]);
  });

  it('keeps the rules of code scanning', () => {
    const [run] = logOf(report).runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(Array.from({ length: 29 }, (_none, index) => `M${index + 1}`));
    for (const { help, fullDescription, shortDescription, properties } of rules) {
      expect([help?.text, help?.markdown, fullDescription?.text, shortDescription?.text].every(Boolean)).toBe(true);
      expect(Number(properties?.['security-severity'])).toBeGreaterThan(7);
    }
    expect(run?.automationDetails?.id).toBe('swapproof/hammer/');
    for (const result of run?.results ?? []) {
      expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
      expect(['error', 'warning']).toContain(result.level);
      expect(result.message.text).toBeTruthy();
      expect(Object.values(result.partialFingerprints ?? {}).every((print) => /^[\w:]+$/.test(print))).toBe(true);
      expect(result.locations).toHaveLength(1);
      const uri = result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '';
      expect(uri).toMatch(/^(?![a-z]+:|\/|\.\.)[\w%./()!~*'-]+$/);
      expect(result.locations?.[0]?.physicalLocation?.region?.startLine).toBeGreaterThan(0);
    }
  });
});

it('names a proved finding an error, and a warning a warning', () => {
  const findings = [sampleFinding(), sampleFinding({ certainty: 'warning' })];
  expect(resultsOf(sampleReport({ findings })).map(({ level }) => level)).toEqual(['error', 'warning']);
});

it('writes a clean run without results, and one that cannot tell as unsuccessful', () => {
  expect(logOf(sampleReport(CLEAN)).runs[0]).toMatchObject({
    results: [],
    invocations: [{ executionSuccessful: true }],
  });
  expect(logOf(sampleReport(CANNOT_TELL)).runs[0]).toMatchObject({
    invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }, { level: 'note' }] }],
  });
});

describe('where a result points to', () => {
  it.each([
    ['routes/account.js:12:5', ['routes/account.js', 12, 5]],
    ['routes/account.js:12', ['routes/account.js', 12, undefined]],
    ['./my routes/a#b?.js:1:1', ['my%20routes/a%23b%3F.js', 1, 1]],
    [`${process.cwd()}/app.js:7:1`, ['app.js', 7, 1]],
    [`file://${process.cwd()}/app.js:7:1`, ['app.js', 7, 1]],
  ])("is the finding's own line: %s", (place, expected) => {
    expect(placesOf(at(place), 'nginx.conf:3')).toEqual([expected]);
  });

  it.each([
    ['no place', null],
    ['a place outside', '/usr/lib/node/internal.js:1:1'],
    ['a place above', '../other/app.js:1:1'],
    ['an installed package', 'node_modules/express/lib/router.js:1:1'],
    ['line 0', 'app.js:0'],
  ])('is the given file with %s, else package.json', (_name, place) => {
    expect(placesOf(at(place), 'proxy/nginx.conf:3')).toEqual([['proxy/nginx.conf', 3, undefined]]);
    expect(placesOf(at(place))).toEqual([['package.json', 1, undefined]]);
  });

  it('is told from the root of the checkout', () => {
    const root = mkdtempSync(join(tmpdir(), 'swapproof-root-'));
    mkdirSync(join(root, 'apps'));
    const surroundings = { ...here, environment: { GITHUB_WORKSPACE: root } };
    expect(placesOf(at(join(root, 'apps/shop.js:9:2')), null, surroundings)).toEqual([['apps/shop.js', 9, 2]]);
    rmSync(root, { recursive: true });
  });
});

describe('the fingerprint', () => {
  const print = (finding: Parameters<typeof sampleFinding>[0]) =>
    resultsOf(sampleReport({ findings: [sampleFinding(finding)] }))[0]?.partialFingerprints ?? {};
  const own = (finding: Parameters<typeof sampleFinding>[0]) => print(finding)['swapproofFinding/v1'];
  const asking = (path: string, asker = 'ada') => [
    shown(sampleExchange(asker, { question: { method: 'GET', path, headers: [] } }), 0),
  ];

  it('is the same in the next run: with other people, another line and another nonce', () => {
    const before = own({ exchanges: asking('/orders/17?n=8f3a'), at: 'app.js:3' });
    const after = own({ exchanges: asking('/orders/99?n=11bc', 'zoe'), at: 'app.js:8', title: 'zoe', owner: 'zoe' });
    expect(after).toBe(before);
  });

  it('tells mechanisms, routes and files apart', () => {
    const prints = [
      own({}),
      own({ mechanism: 'M6' }),
      own({ exchanges: asking('/other') }),
      own({ at: 'other.js:12:5' }),
    ];
    expect(new Set(prints).size).toBe(4);
  });

  it('leaves that of the line to GitHub where there is one', () => {
    expect(Object.keys(print({}))).toEqual(['swapproofFinding/v1']);
    expect(Object.keys(print({ at: null }))).toEqual(['swapproofFinding/v1', 'primaryLocationLineHash']);
  });
});
