import { execFileSync } from 'node:child_process';
import { shown } from '../../../lib/evidence/shown.js';
import { shellLines } from '../../../lib/evidence/text/shell-line.js';
import { sampleExchange } from '../../helpers/sample-report.js';

it('breaks a command so that a shell reads the same words', () => {
  const exchange = sampleExchange('ada', {
    question: {
      method: 'POST',
      path: "/it's?a=b c&d='x'",
      headers: [
        ['X-Note', 'it\'s  two  blanks \\ and a "quote" that goes on and on, beyond what fits'],
        ['Accept', '*/*'],
      ],
      body: JSON.stringify({ note: "o'clock" }),
    },
  });
  const { curl } = shown(exchange, 0);
  const words = (command: string) => execFileSync('sh', ['-c', command.replace('curl', "printf '[%s]\\n'")]).toString();
  const lines = shellLines(curl, 60);
  expect(lines.length).toBeGreaterThan(3);
  expect(words(lines.join('\n'))).toBe(words(curl));
});

it('keeps an option with its value', () => {
  expect(shellLines("curl --header 'A: b' --header 'C: d' 'http://x/'", 24)).toEqual([
    "curl --header 'A: b' \\",
    "  --header 'C: d' \\",
    "  'http://x/'",
  ]);
});

it('keeps options of our own with their values, and what stands alone alone', () => {
  expect(shellLines('npx swapproof hammer http://x/ --seed abcdef12', 40)).toEqual([
    'npx swapproof hammer http://x/ \\',
    '  --seed abcdef12',
  ]);
  expect(shellLines('curl --insecure-tls --include http://x/', 30)).toEqual([
    'curl --insecure-tls \\',
    '  --include http://x/',
  ]);
});

it('takes quotes that never end', () => {
  expect(shellLines("a 'b c d e", 4).join('')).toContain('b');
});
