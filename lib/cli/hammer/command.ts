/** `swapproof hammer`: its options, its help, and from what was typed to a report. */
import { type Command, InvalidArgumentError } from 'commander';
import { printable } from '../../evidence/text/printable.js';
import { CannotRun } from '../cannot-run.js';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { listed } from '../listed.js';
import { addOutputOptions, outputOptionsOf } from '../output/options.js';
import { writeReport } from '../output/write-report.js';
import { progressOn } from '../progress.js';
import { DEFAULTS, MOST } from './options.js';
import { runHammer } from './run-hammer.js';
import { DEFAULT_FIELDS, optionsOf, type Typed } from './typed.js';

const HELP = `
Examples, for the example app (npm start -- --users users.csv):
  $ npx swapproof hammer http://localhost:3000/account --users users.csv
  $ npx swapproof hammer http://localhost:3000 --users users.csv \\
      --route /account --route /devices --route 'POST /shop/add item=pen' \\
      --whoami 'POST /sessions/whoami' --html report.html
  $ npx swapproof hammer http://localhost:3000/account --users users.csv \\
      --requests 5000 --seconds 60 --json

Passwords: a file (name,password and marks, a line for each user) or the
environment (--user ada, SWAPPROOF_PASSWORD_ADA). Whatever is typed, as in
--user ada:password, can be read by everybody on the machine while it runs.

A user is known by the name, by what whoami shows to nobody else, and by --mark.
Strings that others are shown as well, in turn and alone, do not count; the
report lists them.

Each browser keeps its own cookies and loads scripts, styles and images of its
pages. Routes are asked hundreds of times: name none that costs money. It needs
accounts that may be played with. --login-module file.mjs exports default
async (client, user) => { await client.postJson('/api/login', user) }.

Exit codes: 0 clean, 1 found, 2 could not run, 3 cannot tell.`;

/** @param done told the exit code */
export function hammerCommand(command: Command, console: Console, done: (code: number) => void): Command {
  return addOutputOptions(command)
    .description('Many users at once: tells whether anybody is given what belongs to somebody else.')
    .argument('<url>', 'where the app is; its path is the route that is asked, unless --route names others')
    .option('--users <file>', 'names and passwords, a line for each user: name,password')
    .option('--user <name[:password]>', 'one user (repeatable)', listed, [])
    .option(
      '--jar <file>',
      "the cookies of a user who is logged in, as curl's --cookie-jar wrote them (repeatable)",
      listed,
      [],
    )
    .option('--login <path>', 'the page with the login form (default: "/login")')
    .option('--login-json <path>', 'log in by JSON instead')
    .option('--login-module <file>', 'log in by a module of yours instead')
    .option('--fields <name,password>', 'what the login calls its two fields', DEFAULT_FIELDS)
    .option('--route <route>', "what is asked, as /a or 'POST /b x=1' (repeatable)", listed, [])
    .option('--whoami <route>', 'a route that says who is logged in (default: the first route)')
    .option('--mark <user=text>', 'something that only this user is shown (repeatable)', listed, [])
    .option('--browsers <count>', `how many ask at once (default: ${DEFAULTS.browsers})`, upTo(MOST.browsers))
    .option(
      '--requests <count>',
      `the plan asks at most so many; learning and explaining come on top (default: ${DEFAULTS.requests})`,
      upTo(MOST.requests),
    )
    .option('--seconds <count>', `the plan takes at most so long (default: ${DEFAULTS.seconds})`, upTo(MOST.seconds))
    .option('--direct', 'nothing stands in front of the app: users share connections, too')
    .option('--no-direct', 'something does')
    .option('--i-own-this-host', 'ask another machine than this one')
    .option('--insecure-tls', 'take certificates that nobody signed')
    .option('--seed <text>', 'repeat the plan of a report', seed)
    .addHelpText('after', HELP)
    .action(async (url: string, typed: Typed) => done(await hammer(url, typed, console)));
}

async function hammer(url: string, typed: Typed, console: Console): Promise<number> {
  const progress = progressOn(console, 'requests');
  const interruption = new AbortController();
  const forget = console.onInterrupt?.(() => interruption.abort());
  try {
    const options = await optionsOf(url, typed, console);
    const report = await runHammer({ ...options, onProgress: progress.at, signal: interruption.signal });
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

function upTo(most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (/^\d+$/.test(value) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
  };
}

function seed(value: string): string {
  if (/^[\w-]{1,64}$/.test(value)) return value;
  throw new InvalidArgumentError('Give the seed of a report: letters and digits.');
}
