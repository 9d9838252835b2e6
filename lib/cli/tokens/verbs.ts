/** `create`, `list`, `rotate` and `revoke`. A secret goes to stdout alone, so that `TOKEN=$(...)` takes it. */
import type { ListedToken, ServiceTokens } from 'swapproof/tokens';
import { printable } from '../../evidence/text/printable.js';
import { CannotRun } from '../cannot-run.js';
import type { Console } from '../console.js';
import { jsonOf, NOT_ALL, table, time } from './answers.js';
import { oneTarget } from './typed.js';

interface Creating {
  readonly owner: string;
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly expiresIn: string;
  readonly json?: boolean;
}

export async function create(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { owner, name, scope: scopes = [], expiresIn, json } = typed as Creating;
  await assertSameSecret(tokens);
  const created = await tokens.create({ owner, ...(name !== undefined && { name }), scopes, expiresIn });
  const allowed = scopes.length === 0 ? 'no scope' : scopes.join(' ');
  const what = `Token ${created.id} of ${owner}, for ${allowed}, until ${time(created.expiresAt)}.`;
  show(created, `${what} It is shown this once.`, json, console);
  return 0;
}

interface Rotating {
  readonly target: string;
  readonly overlap: string | 0;
  readonly expiresIn?: string;
  readonly json?: boolean;
}

export async function rotate(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { target, overlap, expiresIn, json } = typed as Rotating;
  const rotated = await tokens.rotate(target, { overlap, ...(expiresIn !== undefined && { expiresIn }) });
  const old = overlap === 0 ? 'The old secret is over.' : `The old secret works for another ${overlap}.`;
  show(rotated, `New secret of token ${target}, until ${time(rotated.expiresAt)}. ${old}`, json, console);
  return 0;
}

export async function revoke(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { revoked } = await tokens.revoke(oneTarget(typed));
  if (revoked.length > 0) console.out(`Revoked: ${revoked.join(', ')}\n`);
  else console.err(`There is no such token. Look at "tokens list".\n`);
  return revoked.length > 0 ? 0 : NOT_ALL;
}

export async function list(tokens: ServiceTokens, typed: object, console: Console): Promise<number> {
  const { owner, json } = typed as { readonly owner?: string; readonly json?: boolean };
  const all: ListedToken[] = [];
  for await (const token of owner === undefined ? tokens.list() : tokens.list(owner)) all.push(token);
  if (json) console.out(jsonOf({ tokens: all.map(({ secret, ...shown }) => shown) }));
  else if (all.length === 0) console.err(owner === undefined ? 'No tokens.\n' : `No tokens of ${printable(owner)}.\n`);
  else console.out(table(HEADINGS, all.map(rowOf)));
  if (all.length > 0 && all.every(({ state }) => state === 'damaged')) console.err(`${WRONG_SECRET}\n`);
  return 0;
}

/** A token that is made under another secret than the app's is a damaged one to the app. @throws CannotRun */
async function assertSameSecret(tokens: ServiceTokens): Promise<void> {
  let seen = 0;
  for await (const { state } of tokens.list()) {
    if (state !== 'damaged') return;
    if (++seen === ENOUGH) break;
  }
  if (seen > 0) throw new CannotRun(WRONG_SECRET);
}

const ENOUGH = 100;
/** One damaged record is damage; all of them are more often this. */
const WRONG_SECRET =
  "None of the tokens there is genuine. Either SESSION_SECRET and --audience are not the app's, or every record is damaged: " +
  '"tokens restore all" can tell.';

const HEADINGS = ['ID', 'ENDS', 'STATE', 'OWNER', 'SCOPES', 'EXPIRES', 'LAST USED', 'NAME'];

function rowOf({ id, suffix, state, owner, scopes, expiresAt, lastUsedAt, name }: ListedToken): string[] {
  const lastUsed = lastUsedAt === null ? 'never' : time(lastUsedAt);
  return [id, suffix, state, owner, scopes.join(' '), time(expiresAt), lastUsed, name];
}

function show(issued: { readonly token: string }, what: string, json: boolean | undefined, console: Console): void {
  if (json) {
    console.out(jsonOf(issued));
    return;
  }
  console.err(`${printable(what)}\n`);
  console.out(`${issued.token}\n`);
}
