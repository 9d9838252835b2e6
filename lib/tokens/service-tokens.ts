/** Service tokens: the public face, and their parts put together. */
import type { IncomingMessage } from 'node:http';
import { LastSeen } from '../session/last-seen.js';
import { TokenAlarms } from './alarms/token-alarms.js';
import { Changes, type CreatedToken, type RevokedTokens, type RotatedToken } from './changes.js';
import { type Route, TokenGate, type VerifiedToken } from './http/require-token.js';
import { type ListedToken, listed } from './listing.js';
import {
  assertText,
  assertTokenId,
  type CreateOptions,
  checkedCreation,
  checkedRenewal,
  checkedRestoration,
  checkedRotation,
  checkedTarget,
  type RotateOptions,
  type ServiceTokensOptions,
  tokensSettings,
} from './options.js';
import { type RenewedMacs, type RenewOptions, type RestoreOptions, Restoring } from './restoring.js';
import type { RestoreOutcome } from './token-store.js';
import { hashOfToken } from './token-text.js';
import { VerificationCache } from './verification-cache.js';
import { Verifier } from './verifier.js';
import { checkedAsking, checkedScope, type RequireTokenOptions } from './wall-options.js';

/** The verbs also work destructured. */
export interface ServiceTokens {
  /**
   * A new token. Its secret is in the answer and nowhere else: only a hash is kept.
   * @throws SwapproofError ERR_INVALID_ARGUMENT, ERR_REDACTED_WRITE; StoreUnavailableError
   */
  create(options: CreateOptions): Promise<CreatedToken>;
  /**
   * Whose token it is and what it may do; null for one that is unknown, expired, revoked, wrong or without the `scope`:
   * which of them, nobody is told. Rejects where nobody can know, and a `catch` must let nobody in.
   * @throws StoreUnavailableError ERR_STORE_UNAVAILABLE; SwapproofError ERR_INVALID_ARGUMENT for a `scope` that is none
   */
  verify(token: string, options?: RequireTokenOptions): Promise<VerifiedToken | null>;
  /**
   * A new secret for the same token, and a new expiry if one is given. The old one stays good for `overlap`, by default
   * 24 hours; a secret from before that ends at once, or within `maxAge` where the log can't be told (`revocation.failed`).
   * With `overlap: 0`, when this resolves no process admits the old one.
   * @throws TokenError ERR_TOKEN_UNKNOWN, ERR_TOKEN_CHANGED; RevocationError ERR_REVOCATION_UNKNOWN: rotate it again
   */
  rotate(id: string, options?: RotateOptions): Promise<RotatedToken>;
  /**
   * Ends one token, or all that an owner has now. When this resolves, no process admits them; only
   * `restore()` of that very id, or with `includeEnded`, undoes it. Answers their ids, none if there is no such token.
   * @throws RevocationError ERR_REVOCATION_UNKNOWN: maybe in effect, and safe to call again
   */
  revoke(which: string | { readonly owner: string }): Promise<RevokedTokens>;
  /**
   * Tokens of an owner, or without one all, newest first, those that have ended included. No secret is among it.
   * @throws SwapproofError ERR_INVALID_ARGUMENT, also for an owner that is undefined: everybody's were not asked for
   */
  list(owner?: string): AsyncIterable<ListedToken>;
  /**
   * A middleware that lets only valid tokens pass, and with `scope` those that have it: 400, 401, 403 or 503 for the rest.
   * Behind the kit. A session that comes along is hidden from the route.
   * @throws ConfigurationError ERR_INVALID_OPTION
   */
  requireToken(options?: RequireTokenOptions): Route;
  /**
   * The token that `requireToken()` has let in with this request.
   * @throws ContextError ERR_NO_TOKEN elsewhere, ERR_CONTEXT_CLOSED once the response has ended
   */
  of(req: IncomingMessage): VerifiedToken;
  /**
   * Makes a token, those of an owner or all of them what they were at a moment: after a migration that blanked a column, or
   * a script that rotated what it should not. In one transaction; every version stays. What was ended on purpose since
   * then, by `revoke` or by a rotation with `overlap: 0`, comes back only by its very id, or with `includeEnded`.
   * @throws TokenError ERR_TOKEN_UNKNOWN; RevocationError ERR_REVOCATION_UNKNOWN: restored, and safe to call again
   */
  restore(which: string | 'all' | { readonly owner: string }, options?: RestoreOptions): Promise<RestoreOutcome>;
  /**
   * Gives all records and their history MACs of the newest of the kit's `secrets`. Call it after a new secret was put in
   * front, before an old one is taken away: what has only MACs of a secret that is gone is refused.
   */
  renewMacs(options?: RenewOptions): Promise<RenewedMacs>;
  /** Writes the last uses that are pending and lets go of the store. Before the kit's own `close()`. */
  close(): Promise<void>;
}

/**
 * Tokens for services: API keys with an owner, scopes and an end.
 * @throws ConfigurationError ERR_INVALID_OPTION for every option that is missing or wrong
 */
export function serviceTokens(options: ServiceTokensOptions): ServiceTokens {
  const { services, store: storage, form, headers, maxAge, cacheEntries } = tokensSettings(options);
  const { clock, events, replica, keyring, requestDeadline: deadline } = services;
  const store = storage.open();
  const lastUsed = new LastSeen({ seen: (marks) => store.used(marks) }, clock, events);
  const alarms = new TokenAlarms(events, clock);
  const verifier = new Verifier({ services, store, form, observe: (sighting) => alarms.observe(sighting) });
  const cache = new VerificationCache({ clock, replica, deadline, maxAge, maxEntries: cacheEntries });
  const changes = new Changes({ services, store, form });
  const gate = new TokenGate({ services, form, headers, verify: (text) => verify(text) });
  const restoring = new Restoring({ services, store });

  async function verify(text: string, options: RequireTokenOptions = {}): Promise<VerifiedToken | null> {
    const asked = checkedAsking(options);
    if (typeof text !== 'string' || !form.isWellFormed(text)) return null;
    const verified = await cache.find(hashOfToken(text), () => verifier.look(text));
    if (verified === null) return null;
    lastUsed.mark(verified.id);
    const { id, owner, scopes, expiresAt } = verified;
    return asked === undefined || scopes.includes(asked) ? Object.freeze({ id, owner, scopes, expiresAt }) : null;
  }

  return Object.freeze({
    create: (creation) => changes.create(checkedCreation(creation, clock)),
    verify,
    rotate(id, rotation = {}) {
      assertTokenId('rotate() takes', id);
      return harmless(changes.rotate(id, checkedRotation(rotation, clock)));
    },
    revoke(which) {
      return harmless(changes.revoke(checkedTarget('revoke() takes', which)));
    },
    restore(which, options = {}) {
      return harmless(restoring.restore(checkedRestoration(which, options, clock)));
    },
    renewMacs: (options = {}) => restoring.renew(checkedRenewal(options)),
    list(...whose: [owner?: string]) {
      const [owner = null] = whose;
      if (whose.length > 0) assertText('owner', owner);
      return listed(store, owner, { keyring, now: () => clock.now() });
    },
    requireToken: (wall = {}) => gate.requireToken(checkedScope(wall)),
    of: (req) => gate.of(req),
    async close() {
      await lastUsed.flush();
      cache.close();
      await store.close();
    },
  } satisfies ServiceTokens);
}

/** A promise that nobody awaits ends no process: what failed has been told by an event. */
function harmless<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
