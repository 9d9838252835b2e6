/** Files beside the report: whole or not at all, and a clear word where that fails. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, writeWhole } from '../../../../lib/cli/output/files.js';
import type { OutputOptions } from '../../../../lib/cli/output/options.js';
import { writeReport } from '../../../../lib/cli/output/write-report.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';
import { CLEAN, sampleReport } from '../../../helpers/sample-report.js';

const folder = mkdtempSync(join(tmpdir(), 'swapproof-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const NO_FILES: OutputOptions = { format: 'text', junit: null, sarif: null, html: null, sarifLocation: null };

it('replaces what was there, through a link as well, and leaves nothing beside it', async () => {
  mkdirSync(path('a'));
  writeFileSync(path('a/real.xml'), 'a long text from before');
  symlinkSync('real.xml', path('a/link.xml'));
  expect(await writeWhole(path('a/link.xml'), 'new')).toBeNull();
  expect(readFileSync(path('a/real.xml'), 'utf8')).toBe('new');
  expect(readdirSync(path('a')).sort()).toEqual(['link.xml', 'real.xml']);
});

it('takes the place of the old file at once: whoever reads that one sees it whole', async () => {
  writeFileSync(path('old.html'), 'the whole of the old text');
  const reader = openSync(path('old.html'), 'r');
  expect(await writeWhole(path('old.html'), 'new')).toBeNull();
  expect(readFileSync(reader, 'utf8')).toBe('the whole of the old text');
  closeSync(reader);
});

it('keeps what was there if the new text can not be written whole', async () => {
  mkdirSync(path('b'));
  writeFileSync(path('b/report.html'), 'before');
  // A text that fails half way, as a full disk does.
  const failing = {
    toString: () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    },
  } as unknown as string;
  expect(await writeWhole(path('b/report.html'), failing)).not.toBeNull();
  expect(readFileSync(path('b/report.html'), 'utf8')).toBe('before');
  expect(readdirSync(path('b'))).toEqual(['report.html']);
});

it('writes into devices without taking their place', async () => {
  expect(await writeWhole('/dev/full', 'text')).toBe("/dev/full can't be written (the disk is full).");
  expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
});

it.each([
  ['a folder that is not there', 'none/report.xml', /folder is not there: make it first/],
  ['a folder', '', /it is a folder: give a file/],
])('says what is wrong with %s', async (_name, name, message) => {
  expect(await writeWhole(path(name), 'text')).toMatch(message);
  expect(await append(path(name), 'text')).toMatch(message);
});

it('writes several at once, and prints the report', async () => {
  const console = recordedConsole();
  const options = { ...NO_FILES, junit: path('j.xml'), sarif: path('s.sarif'), html: path('h.html') };
  expect(await writeReport(sampleReport(CLEAN), options, console)).toBe(0);
  expect(readFileSync(path('j.xml'), 'utf8')).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites/);
  expect(JSON.parse(readFileSync(path('s.sarif'), 'utf8')).version).toBe('2.1.0');
  expect(readFileSync(path('h.html'), 'utf8')).toMatch(/^<!doctype html>/);
  expect(console.printed.err).toBe('');
});

it('prints the findings and writes the others when one file fails, and answers 2', async () => {
  const console = recordedConsole();
  const options = { ...NO_FILES, junit: path('none/j.xml'), html: path('h2.html') };
  expect(await writeReport(sampleReport(), options, console)).toBe(2);
  expect(console.printed.out).toContain('bob received the page of ada');
  expect(console.printed.err).toMatch(
    /^swapproof: .*none\/j\.xml can't be written \(its folder is not there: make it first\)\.\n$/,
  );
  expect(existsSync(path('h2.html'))).toBe(true);
});

it('annotates and adds to the summary in GitHub Actions, which leaves stdout to the report', async () => {
  writeFileSync(path('summary.md'), 'before\n');
  const console = recordedConsole({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path('summary.md') });
  expect(await writeReport(sampleReport(), { ...NO_FILES, format: 'json' }, console)).toBe(1);
  expect(JSON.parse(console.printed.out).tool).toBe('hammer');
  expect(console.printed.err).toMatch(/^::error file=routes\/account\.js,line=12,col=5,title=/);
  expect(readFileSync(path('summary.md'), 'utf8')).toMatch(/^before\n## swapproof hammer/);
});
