/** The seam: which exit code, and what goes to stdout. */
import { Command } from 'commander';
import { addOutputOptions, outputOptionsOf } from '../../../../lib/cli/output/options.js';
import { writeReport } from '../../../../lib/cli/output/write-report.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';
import { CANNOT_TELL, CLEAN, sampleReport } from '../../../helpers/sample-report.js';

/** As a command reads its arguments. */
function optionsOf(...args: string[]) {
  const command = addOutputOptions(new Command('hammer'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return outputOptionsOf(command.parse(args, { from: 'user' }).opts());
}

it.each([
  ['clean', CLEAN, 0],
  ['swapped', {}, 1],
  ['cannot tell', CANNOT_TELL, 3],
])('answers with the exit code of %s', async (_name, more, code) => {
  const console = recordedConsole();
  expect(await writeReport(sampleReport(more), optionsOf(), console)).toBe(code);
  expect(console.printed.out).toMatch(/^(?:Clean|Swapped|Cannot tell): /);
  expect(console.printed.err).toBe('');
});

it('prints the whole report as JSON', async () => {
  const console = recordedConsole();
  await writeReport(sampleReport(), optionsOf('--json'), console);
  expect(JSON.parse(console.printed.out)).toEqual(JSON.parse(JSON.stringify(sampleReport())));
});

it.each([
  ['two forms for stdout', ['--json', '--ndjson'], /cannot be used with/],
  ['a folder that is not there', ['--junit', '/no/such/folder/a.xml'], /make it first/],
  ['a URL as a place', ['--sarif-location', 'https://example.test/a'], /nginx\/site\.conf:12/],
])('refuses %s before anything runs', (_name, args, message) => {
  expect(() => optionsOf(...args)).toThrow(message);
});
