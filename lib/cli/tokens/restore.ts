/** `restore` and `renew-macs`: what repairs records. Both say first what they would do. */
import type { RestoreOutcome, ServiceTokens } from 'swapproof/tokens';
import { printable } from '../../evidence/text/printable.js';
import type { Console } from '../console.js';
import { jsonOf, NOT_ALL, table } from './answers.js';
import { oneTarget } from './typed.js';

interface Restoring {
  readonly target?: string;
  readonly owner?: string;
  readonly at?: Date;
  readonly includeEnded?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function restore(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { at, dryRun, includeEnded = false, yes, json } = typed as Restoring;
  const does = yes === true && dryRun !== true;
  const outcome = await tokens.restore(oneTarget(typed, 'all'), { ...(at && { at }), includeEnded, dryRun: !does });
  if (json) console.out(jsonOf(outcome));
  else console.out(outcomeText(outcome, does, includeEnded));
  if (outcome.unproven.length > 0) return NOT_ALL;
  if (does || dryRun || outcome.restored.length === 0) return 0;
  console.err('Nothing was done yet: add --yes.\n');
  return NOT_ALL;
}

export async function renewMacs(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { insecureTrustHistory, yes } = typed as { readonly insecureTrustHistory?: boolean; readonly yes?: boolean };
  if (insecureTrustHistory && !yes) {
    const { unproven } = await tokens.restore('all', { dryRun: true });
    if (unproven.length === 0) {
      console.err('All of them are genuine under this secret: renew-macs alone will do.\n');
      return 0;
    }
    console.out(
      `Would be believed, though they are not genuine under this secret: ${printable(unproven.join(', '))}\n`,
    );
    console.err(`${BEFORE_TRUST}\n`);
    return NOT_ALL;
  }
  const { renewed, unproven } = await tokens.renewMacs({ insecureTrustHistory: insecureTrustHistory === true });
  console.out(`${renewed} ${renewed === 1 ? 'MAC was' : 'MACs were'} renewed.\n`);
  if (unproven.length === 0) return 0;
  console.out(`Not genuine, and left as they are: ${printable(unproven.join(', '))}\n`);
  console.err(`${AFTER_UNPROVEN}\n`);
  return NOT_ALL;
}

const BEFORE_TRUST =
  'Nothing was done yet. Whoever could write the database could have made tokens, which will be good then. And if ' +
  "SESSION_SECRET is not the app's, no token will work there until it is done again with the right one. If it is, and " +
  'the old secret is lost for good: add --yes.';

const AFTER_UNPROVEN =
  'First bring them back: "tokens restore all". What is left then was written under a secret that is gone: set it as ' +
  'SESSION_SECRET_OLD, if anybody has it. If nobody has, --insecure-trust-history believes the database.';

function outcomeText(outcome: RestoreOutcome, done: boolean, includeEnded: boolean): string {
  const { restored, unchanged, ended, later, unproven } = outcome;
  const rows = restored.map(({ id, changed }) => [id, changed.join(', ')]);
  const fate = includeEnded ? `${done ? 'brought' : 'would be brought'} back to life` : 'left so';
  const lines = [
    `${restored.length} ${done ? 'restored' : 'would be restored'}, ${unchanged} as they should be.`,
    ...(ended.length > 0 ? [`Ended on purpose since then, and ${fate}: ${ended.join(', ')}`] : []),
    ...(later.length > 0 ? [`Made since then: ${later.join(', ')}`] : []),
    ...(unproven.length > 0 ? [`Not genuine in the history either, and left as they are: ${unproven.join(', ')}`] : []),
  ];
  return (
    (rows.length > 0 ? `${table(['ID', 'WHAT CHANGES'], rows)}\n` : '') +
    lines.map((line) => `${printable(line)}\n`).join('')
  );
}
