#!/usr/bin/env node
/** The command `swapproof`: what it does stands in the files beside this one, which know nothing of this process. */
import { readFileSync } from 'node:fs';
import { COULD_NOT_TELL } from '../console.js';
import { runCommandLine } from './program.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

// A reader that has seen enough (head, less) closes the pipe; that is no failure. With 2>&1 it closes both.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`swapproof: the answer can't be written (${error.code}).\n`);
  process.exit(COULD_NOT_TELL);
});
process.exitCode = await runCommandLine(process.argv.slice(2), {
  version: String(version),
  stdin: process.stdin,
  environment: process.env,
  ...(process.stderr.isTTY && { terminal: process.stderr }),
  onInterrupt: (act) => {
    process.once('SIGINT', act);
    return () => void process.off('SIGINT', act);
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
