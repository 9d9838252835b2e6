/** `swapproof doctor`: its options, its help, and from what was typed to a report. */
import { type Command, InvalidArgumentError } from 'commander';
import { printable } from '../../evidence/text/printable.js';
import { CannotRun } from '../cannot-run.js';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { listed } from '../listed.js';
import { addOutputOptions, outputOptionsOf } from '../output/options.js';
import { writeReport } from '../output/write-report.js';
import { progressOn } from '../progress.js';
import { runDoctor } from './run-doctor.js';

const HELP = `
Examples:
  $ npx swapproof doctor http://127.0.0.1:3000/
  $ npx swapproof doctor http://127.0.0.1:8080/account --thorough
  $ npx swapproof doctor http://127.0.0.1:8080/ --header X-Key --cookie-name sid
  $ npx swapproof doctor http://127.0.0.1:8080/ --html report.html
  $ npx swapproof doctor https://127.0.0.1:8443/ --insecure-tls --json

The app has to answer /.well-known/swapproof-probe/, as swapproof() and guard()
do; without it doctor only sees session cookies that are replayed.

At most 60 requests and 10 seconds; with --thorough 600 and 60. It logs nobody
in, changes nothing, and asks for URLs that nobody else uses.

Not looked for: unkeyed headers that a page reflects, request smuggling, denial
of service by cache.

Exit codes: 0 clean, 1 found, 2 could not run, 3 cannot tell.`;

interface Typed extends Readonly<Record<string, unknown>> {
  readonly thorough?: boolean;
  readonly header: readonly string[];
  readonly cookieName: readonly string[];
  readonly alsoHost: readonly string[];
  readonly iOwnThisHost?: boolean;
  readonly insecureTls?: boolean;
  readonly seed?: string;
}

/** @param done told the exit code */
export function doctorCommand(command: Command, console: Console, done: (code: number) => void): Command {
  return addOutputOptions(command)
    .description('Tells whether a cache in front of a URL gives the private pages of one user to another.')
    .argument('<url>', 'the page of the app, as the cache in front of it is asked')
    .option('--thorough', 'ask for more kinds of URLs, and caches of up to eight nodes')
    .option(
      '--header <name[: value]>',
      'a header in which the app is given credentials (repeatable); with a value it is sent',
      listed,
      [],
    )
    .option('--cookie-name <name>', 'a session cookie (repeatable); default what the app names', listed, [])
    .option('--also-host <host>', 'another host that is served there (repeatable)', listed, [])
    .option('--i-own-this-host', 'ask another machine than this one')
    .option('--insecure-tls', 'take certificates that nobody signed')
    .option('--seed <text>', 'repeat the run of a report', seed)
    .addHelpText('after', HELP)
    .action(async (url: string, typed: Typed) => done(await doctor(url, typed, console)));
}

async function doctor(url: string, typed: Typed, console: Console): Promise<number> {
  const progress = progressOn(console, 'requests');
  const interruption = new AbortController();
  const forget = console.onInterrupt?.(() => interruption.abort());
  try {
    const report = await runDoctor({
      url,
      thorough: typed.thorough === true,
      headers: typed.header,
      cookieNames: typed.cookieName,
      alsoHosts: typed.alsoHost,
      ownsHost: typed.iOwnThisHost === true,
      insecureTls: typed.insecureTls === true,
      ...(typed.seed !== undefined && { seed: typed.seed }),
      onProgress: progress.at,
      signal: interruption.signal,
    });
    progress.end();
    return await writeReport(report, outputOptionsOf(typed), console);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.err(`swapproof: ${printable(error.message)}\n`);
    return COULD_NOT_TELL;
  } finally {
    progress.end();
    forget?.();
  }
}

function seed(value: string): string {
  if (/^[\w-]{1,64}$/.test(value)) return value;
  throw new InvalidArgumentError('Give the seed of a report: letters and digits.');
}
