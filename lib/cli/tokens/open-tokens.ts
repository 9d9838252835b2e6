/**
 * The tokens of an app, opened beside it by the same public names that the app uses: same database, same secrets. What is
 * revoked here holds in the app's processes when the command ends.
 */
import { existsSync } from 'node:fs';
import type { SwapproofEvent } from 'swapproof';
import type { ServiceTokens } from 'swapproof/tokens';
import { SwapproofError } from '../../errors.js';
import { printable } from '../../evidence/text/printable.js';
import { CannotRun } from '../cannot-run.js';
import type { Console } from '../console.js';

export interface Place {
  /** The file of the app's sessions, whose revocation log tells the app. */
  readonly database: string;
  /** The file of its tokens, if it is another. */
  readonly tokensDatabase?: string;
  readonly prefix: string;
  readonly audience: string;
}

/** Runs `work` with the tokens, and closes what it opened whatever comes of it. @throws CannotRun */
export async function withTokens<T>(
  place: Place,
  console: Console,
  work: (tokens: ServiceTokens) => Promise<T>,
): Promise<T> {
  const { database, tokensDatabase = database, prefix, audience } = place;
  assertThere(database, '--database ./sessions.db');
  assertThere(tokensDatabase, '--tokens-database ./tokens.db');
  const secrets = secretsOf(console);
  const [{ swapproof }, { sqlite, sqliteTokens }, { serviceTokens }] = await Promise.all([
    import('swapproof'),
    import('swapproof/sqlite'),
    import('swapproof/tokens'),
  ]);
  const log = ({ severity, code, message }: SwapproofEvent) => {
    if (severity !== 'info') console.err(`swapproof: ${code}: ${printable(message)}\n`);
  };
  try {
    const sessions = swapproof({ secrets, store: sqlite(database), audience, log });
    try {
      const tokens = serviceTokens({ sessions, store: sqliteTokens(tokensDatabase), prefix });
      try {
        return await work(tokens);
      } finally {
        await tokens.close();
      }
    } finally {
      await sessions.close();
    }
  } catch (error) {
    if (error instanceof SwapproofError) throw new CannotRun(`${error.message} (${error.code})`);
    throw error;
  }
}

/** A new file would be an empty list, or a token that no app knows. */
function assertThere(file: string, option: string): void {
  if (!existsSync(file)) throw new CannotRun(`There is no file ${file}. Give the one that the app uses: ${option}`);
}

/** Never as an argument: everybody on the machine can read those. */
function secretsOf({ environment = {} }: Console): string[] {
  const { SESSION_SECRET, SESSION_SECRET_OLD } = environment;
  if (SESSION_SECRET === undefined || SESSION_SECRET === '') {
    throw new CannotRun(
      "SESSION_SECRET is not set. Set it to the app's newest secret, and SESSION_SECRET_OLD to the one before, if the app " +
        'still has it.',
    );
  }
  return [SESSION_SECRET, ...(SESSION_SECRET_OLD ? [SESSION_SECRET_OLD] : [])];
}
