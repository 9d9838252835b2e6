/** Published as swapproof/tokens; nothing else of this folder may be imported from outside. */
export type { CreatedToken, RevokedTokens, RotatedToken } from './changes.js';
export type { VerifiedToken } from './http/require-token.js';
export type { ListedToken, TokenState } from './listing.js';
export type { CreateOptions, Expiry, RotateOptions, ServiceTokensOptions, TokensKit } from './options.js';
export { Redacted } from './redacted.js';
export type { RenewedMacs, RenewOptions, RestoreOptions } from './restoring.js';
export { type ServiceTokens, serviceTokens } from './service-tokens.js';
export type { RestoredRecord, RestoreOutcome, TokenStorage } from './token-store.js';
export type { RequireTokenOptions } from './wall-options.js';
