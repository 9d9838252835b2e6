/** The report for people: what stands where, and that no terminal obeys it. */
import { reportText } from '../../../../lib/evidence/text/report-text.js';
import { CANNOT_TELL, CLEAN, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const longestLine = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

it('says the verdict first, what was asked and not asked second, then the finding as a bug report', () => {
  expect(reportText(sampleReport())).toMatchInlineSnapshot(`
"Swapped: bob received the page of ada
Asked: M6-M8, M11 (3,200 requests, 2 people, 12.4 s). Not asked: M29.

1. bob received the page of ada (M11)
  kind      a private page that a shared cache keeps
  owner     ada
  receiver  bob
  leaked    body, byte 7: <h1>canary-ada-1</h1>
  line      routes/account.js:12:5
  what      Both asked for GET /account. The response to bob holds a mark that
            only ada has.
  resembles Railway, March 2026: responses without Cache-Control were kept and
            given to others
  prevent   Mount \`guard()\` first, or set \`Cache-Control: private, no-store\` on
            what is personal (R4).
  ada asked at 10 ms, got 200 at 15 ms on connection 3
    curl --include --header 'Cookie: sid=sha256:459165531630' --path-as-is \\
      'http://127.0.0.1:3000/account'
  bob asked at 20 ms, got 200 at 22 ms on connection 4
    curl --include --header 'Cookie: sid=sha256:f6dbcfeb957b' --path-as-is \\
      'http://127.0.0.1:3000/account'
  again:
    npx swapproof hammer http://127.0.0.1:3000 --seed k3f9

Asked
  - two users at once on GET /account (M6-M8, M11; 120 requests)

Not asked
  - mail (M29): no hook for it was given

Seed k3f9, http://127.0.0.1:3000, from 2026-11-21T09:12:00.000Z. To run it
again:
  npx swapproof hammer http://127.0.0.1:3000 --seed k3f9
"
`);
});

it.each([
  ['clean', CLEAN, /^Clean: nobody received anything of somebody else\nAsked: M6-M8, M11 .*Not asked: M29\.\n/],
  ['cannot tell', CANNOT_TELL, /^Cannot tell: no two responses differ.*\nAsked: nothing\. Not asked: M29\.\n/],
])('begins with the verdict when %s', (_name, more, beginning) => {
  expect(reportText(sampleReport(more))).toMatch(beginning);
});

it('holds lines of 80 columns in ASCII, whatever it is given', () => {
  const hostile = "\x1b[31mred\r\n\u202e\ud800</script>\" 'x' $(id) ".repeat(300);
  const finding = sampleFinding({
    title: hostile,
    owner: hostile,
    receiver: hostile,
    detail: hostile,
    at: hostile,
    leak: { where: 'header', name: hostile, offset: 1, excerpt: hostile },
  });
  const asked = [{ what: hostile, mechanisms: [], requests: 1 }];
  const text = reportText(sampleReport({ findings: [finding], summary: hostile, target: hostile, asked }));
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  expect(longestLine(text)).toBeLessThanOrEqual(80);
  expect(text.length).toBeLessThan(10_000);
});

it('shows 20 findings in full and counts the others', () => {
  const findings = Array.from({ length: 333 }, (_none, index) =>
    sampleFinding({ mechanism: index < 300 ? 'M6' : 'M11' }),
  );
  const asked = Array.from({ length: 100 }, (_none, index) => ({ what: `item ${index}`, mechanisms: [], requests: 1 }));
  const text = reportText(sampleReport({ findings, asked }));
  expect(text.match(/^\d+\. /gm)).toHaveLength(20);
  expect(text).toContain('And 313 further findings: M6 280 times, M11 33 times. --json has all of them.');
  expect(text).toContain('  and 60 more\n');
});

it('names a warning as one', () => {
  const text = reportText(sampleReport({ findings: [sampleFinding({ certainty: 'warning', owner: null })] }));
  expect(text).toContain('1. warning: bob received the page of ada (M11)');
  expect(text).toContain('  owner     not known');
});
