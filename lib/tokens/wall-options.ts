import { assertKnownOptions, refuse } from '../option-checks.js';
import { checked, isScope } from './options.js';

export interface RequireTokenOptions {
  /** What the token must be allowed to do; without it every valid token passes. */
  readonly scope?: string;
}

/**
 * `app.get(path, tokens.requireToken, handler)` would give a request as options, and never answer it.
 * @throws ConfigurationError ERR_INVALID_OPTION
 */
export function checkedScope(options: RequireTokenOptions): string | undefined {
  return scopeOf('requireToken()', options);
}

/**
 * `verify(token, 'admin')` would ask for no scope at all.
 * @throws ConfigurationError ERR_INVALID_ARGUMENT
 */
export function checkedAsking(options: RequireTokenOptions): string | undefined {
  return checked(() => scopeOf('verify()', options));
}

function scopeOf(call: string, options: RequireTokenOptions): string | undefined {
  assertKnownOptions(call, options, ['scope']);
  // `{ scope: process.env.SCOPE }` that is not set would let every token pass.
  if (!('scope' in options)) return undefined;
  return isScope(options.scope)
    ? options.scope
    : refuse(`${call}: scope takes the name of one scope, as "invoices:read".`);
}
