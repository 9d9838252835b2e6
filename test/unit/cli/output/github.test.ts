/** Annotations and the summary of a step. */
import { annotations } from '../../../../lib/cli/output/github.js';
import { stepSummary } from '../../../../lib/cli/output/step-summary.js';
import { HOSTILE } from '../../../helpers/hostile.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';
import { CANNOT_TELL, CLEAN, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const inGitHub = recordedConsole({ GITHUB_ACTIONS: 'true' });

describe('annotations', () => {
  it('stand at the line, escaped', () => {
    const finding = sampleFinding({
      title: 'a, b: 100%',
      detail: 'first\r\nsecond: 5%, 6%',
      prevention: 'end',
      at: 'a,b:c.js:3:4',
    });
    expect(annotations(sampleReport({ findings: [finding] }), null, inGitHub)).toBe(
      '::error file=a%2Cb%3Ac.js,line=3,col=4,title=M11%3A a%2C b%3A 100%25::first%0D%0Asecond: 5%25, 6%25%0Aend\n',
    );
  });

  it('stand at the file that was given, or at none', () => {
    const report = sampleReport({ findings: [sampleFinding({ at: null, certainty: 'warning' })] });
    expect(annotations(report, 'nginx.conf:7', inGitHub)).toMatch(/^::warning file=nginx\.conf,line=7,title=M11/);
    expect(annotations(report, null, inGitHub)).toMatch(/^::warning title=M11/);
  });

  it('are ten and a word on the others', () => {
    const findings = Array.from({ length: 12 }, () => sampleFinding());
    const lines = annotations(sampleReport({ findings }), null, inGitHub).trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('::warning::And 2 further findings: the report has them.');
  });

  it('say that nobody can tell, and nothing when clean or elsewhere', () => {
    expect(annotations(sampleReport(CANNOT_TELL), null, inGitHub)).toMatch(/^::warning title=swapproof::Cannot tell: /);
    expect(annotations(sampleReport(CLEAN), null, inGitHub)).toBe('');
    expect(annotations(sampleReport(), null, recordedConsole())).toBe('');
  });
});

describe('the summary', () => {
  it('begins with the verdict, then what was asked', () => {
    const [first, , second] = stepSummary(sampleReport()).replaceAll('&#58;', ':').split('\n');
    expect(first).toBe('## swapproof hammer: Swapped: bob received the page of ada');
    expect(second).toMatch(/^Asked: M6-M8, M11 .* Not asked: M29\.$/);
  });

  it.each(HOSTILE.map((hostile) => [hostile.slice(0, 30), hostile]))(
    'is text, not markup, with %j in it',
    (_name, hostile) => {
      const report = sampleReport({
        summary: hostile,
        findings: [sampleFinding({ title: hostile, detail: hostile, receiver: hostile }, hostile)],
      });
      const markdown = stepSummary(report);
      const outside = markdown.replace(/^(`{3,})sh\n[\s\S]*?^\1\n/gm, '');
      expect(outside).not.toMatch(/[`@]|!\[|<(?!\/?(?:details|summary)>)/);
      expect(outside.match(/^#+ .*$/gm)).toHaveLength(2);
      expect(markdown).toMatch(/^[\x20-\x7e\n]+$/);
    },
  );
});
