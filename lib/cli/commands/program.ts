/** The command line: its commands, their help, and one exit code for everything that was typed wrong. */
import { Command, CommanderError } from 'commander';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { doctorCommand } from '../doctor/command.js';
import { hammerCommand } from '../hammer/command.js';
import { tokensCommand } from '../tokens/command.js';
import { report } from './report-command.js';

const REPORT_HELP = `
Examples:
  $ npx swapproof report events.ndjson
  $ npx swapproof report events.ndjson --json > report.json
  $ npx swapproof report - < events.ndjson

The file holds one event a line, as the log option is given them:
  const file = createWriteStream('events.ndjson', { flags: 'a' });
  guard({
    insecureReportOnly: true,
    log: (event) => file.write(JSON.stringify(event) + '\\n'),
  });

Exit codes: 0 nothing would change, 1 something would, 2 could not tell.`;

/** @returns the exit code */
export async function runCommandLine(args: readonly string[], console: Console): Promise<number> {
  let code = 0;
  const program = newCommand('swapproof', console)
    .description('Looks at what swapproof did, or would do, from outside the app.')
    .version(console.version)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx swapproof doctor http://127.0.0.1:3000/\n  $ npx swapproof hammer http://127.0.0.1:3000/account --users users.csv\n  $ npx swapproof report events.ndjson\n  $ npx swapproof tokens list\n\nEach command has a --help of its own.',
    );
  const reporting = newCommand('report', console)
    .description('Lists the routes that a rehearsal (insecureReportOnly) would change, and why.')
    .argument('<file>', 'events as the log function receives them, or - for stdin')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', REPORT_HELP)
    .action(async (file: string, options: { json?: boolean }) => {
      code = await report(file, options.json === true, console);
    });
  program.addCommand(reporting);
  program.addCommand(
    doctorCommand(newCommand('doctor', console), console, (exitCode) => {
      code = exitCode;
    }),
  );
  program.addCommand(
    hammerCommand(newCommand('hammer', console), console, (exitCode) => {
      code = exitCode;
    }),
  );
  program.addCommand(
    tokensCommand(
      (name) => newCommand(name, console),
      console,
      (exitCode) => {
        code = exitCode;
      },
    ),
  );
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : COULD_NOT_TELL;
  }
  return code;
}

function newCommand(name: string, { out, err }: Console): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .configureHelp({ helpWidth: 80 })
    .showHelpAfterError('Add --help for examples.');
}
