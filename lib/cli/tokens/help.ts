/** Examples, for the command as a whole and for each of its own. */
export const EXAMPLES = {
  create: `npx swapproof tokens create --prefix acme --owner billing \\
      --name 'nightly export' --scope invoices:read --expires-in 90d`,
  list: 'npx swapproof tokens list --owner billing',
  rotate: 'npx swapproof tokens rotate aB3dE6gH --prefix acme --overlap 24h',
  revoke: 'npx swapproof tokens revoke aB3dE6gH',
  restore: 'npx swapproof tokens restore all --dry-run',
  'renew-macs': 'npx swapproof tokens renew-macs',
} as const;

export type VerbName = keyof typeof EXAMPLES;

export const HELP = `
Examples:
${Object.values(EXAMPLES)
  .map((example) => `  $ ${example}`)
  .join('\n')}

The app's database and secrets are used: --database ./sessions.db (and
--tokens-database, if tokens are in a file of their own), and the environment
variable SESSION_SECRET; while a secret is being replaced, SESSION_SECRET_OLD as
well. The app may run meanwhile.

A new secret of a token goes to stdout alone, so that TOKEN=$(...) takes it.

Exit codes: 0 done, 1 not all of it: not confirmed, no such token, or some
can't be proven genuine, 2 could not run.`;
