/** `swapproof tokens`: its commands, their options and help. What they do is in verbs.ts and restore.ts. */
import type { Command } from 'commander';
import type { ServiceTokens } from 'swapproof/tokens';
import { printable } from '../../evidence/text/printable.js';
import { CannotRun } from '../cannot-run.js';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { listed } from '../listed.js';
import { EXAMPLES, HELP, type VerbName } from './help.js';
import { type Place, withTokens } from './open-tokens.js';
import { renewMacs, restore } from './restore.js';
import { assertTokenId, duration, moment, overlap } from './typed.js';
import { create, list, revoke, rotate } from './verbs.js';

/** What commander hands over of the command and of \`tokens\` itself. */
type Typed = Readonly<Record<string, unknown>>;
type Verb = (tokens: ServiceTokens, typed: Typed, console: Console) => Promise<number>;

/** @param done told the exit code */
export function tokensCommand(
  newCommand: (name: string) => Command,
  console: Console,
  done: (code: number) => void,
): Command {
  const verb = (name: VerbName) =>
    newCommand(name)
      .option('--database <file>', "the app's SQLite file", './sessions.db')
      .option('--tokens-database <file>', 'the file of its tokens, if that is another')
      .option('--audience <name>', "the app's option audience", 'default')
      .addHelpText('after', `\nExample:\n  $ ${EXAMPLES[name]}`);
  const act = (what: Verb) => async (typed: Typed) => done(await run(what, typed, console));
  const on = (what: Verb) => async (target: string | undefined, typed: Typed) =>
    done(await run(what, { ...typed, target }, console));

  const all = newCommand('tokens').description('Service tokens: make, list, rotate, revoke, restore.');
  all.addCommand(
    withPrefix(verb('create'))
      .description('Makes a token and shows it, this once.')
      .requiredOption('--owner <owner>', 'whose it is: a service, a team, a subject')
      .requiredOption('--expires-in <duration>', 'how long it lives, as 90d; at most 400d', duration)
      .option('--scope <scope>', 'what it may do (repeatable)', listed)
      .option('--name <name>', 'what people call it')
      .option('--json', 'print it as JSON')
      .action(act(create)),
  );
  all.addCommand(
    verb('list')
      .description('Lists tokens, without their secrets.')
      .option('--owner <owner>', 'only those of one owner')
      .option('--json', 'print them as JSON')
      .action(act(list)),
  );
  all.addCommand(
    withPrefix(verb('rotate'))
      .description('Gives a token a new secret and shows it, this once.')
      .argument('<id>', ID)
      .option('--overlap <duration>', 'how long the old secret works; 0 after a leak', overlap, '24h')
      .option('--expires-in <duration>', 'a new end; default the one it has', duration)
      .option('--json', 'print it as JSON')
      .action(on(rotate)),
  );
  all.addCommand(
    verb('revoke')
      .description('Ends a token, or all of an owner. When it returns, no process lets them in.')
      .argument('[id]', ID)
      .option('--owner <owner>', 'all tokens of this owner')
      .action(on(revoke)),
  );
  all.addCommand(
    verb('restore')
      .description('Makes tokens again what they were. Without --yes it only says what would change.')
      .argument('[id|all]', `${ID}, or all of them`)
      .option('--owner <owner>', 'all tokens of this owner')
      .option('--at <time>', 'at which moment, as 2026-11-25T16:55Z; default now, which undoes damage alone', moment)
      .option('--include-ended', 'also what was revoked or rotated without overlap since then, by mistake')
      .option('--dry-run', 'only say what would change')
      .option('--yes', 'do it')
      .option('--json', 'print what changes as JSON')
      .action(on(restore)),
  );
  all.addCommand(
    verb('renew-macs')
      .description('Seals all records under the newest secret, before an old one is taken away.')
      .option('--insecure-trust-history', 'believe what is in the database, where the old secret is lost')
      .option('--yes', 'do that')
      .action(act(renewMacs)),
  );
  return all.addHelpText('after', HELP);
}

const ID = 'of the token, as "tokens list" shows it';

function withPrefix(command: Command): Command {
  return command.requiredOption('--prefix <prefix>', "the app's prefix of tokens, as acme");
}

async function run(what: Verb, typed: Typed, console: Console): Promise<number> {
  const { prefix = 'unused', target } = typed;
  try {
    if (typeof target === 'string' && target !== 'all') assertTokenId(target);
    return await withTokens({ ...typed, prefix } as Place, console, (tokens) => what(tokens, typed, console));
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.err(`swapproof: ${printable(error.message)}\n`);
    return COULD_NOT_TELL;
  }
}
