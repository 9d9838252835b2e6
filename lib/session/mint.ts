/** The last steps of every write: what was revoked is revoked, and nothing leaves that should not any more. */
import { SessionError, StoreUnavailableError } from '../errors.js';
import type { EventCode } from '../events.js';
import { renew } from '../revocation/admission.js';
import { covers } from '../revocation/covers.js';
import type { AnonymousToken } from './anonymous.js';
import { toBearer } from './bearer.js';
import { deviceOf } from './device.js';
import { hashOf } from './ids.js';
import type { SealPurpose } from './keyring.js';
import { sendAnonymous, sendSession } from './outgoing.js';
import type { RequestSession } from './request-session.js';
import { seal, sealAnonymous } from './seal.js';
import type { SessionServices } from './services.js';
import type { SessionToken } from './token.js';
import type { WriteName } from './write-checks.js';

export class Mint {
  readonly #services: SessionServices;
  readonly #session: RequestSession;

  constructor(services: SessionServices, session: RequestSession) {
    this.#services = services;
    this.#session = session;
  }

  /** Seals, then synchronously looks whether the cookie may still leave, then lets it. */
  async send(token: SessionToken, name: WriteName): Promise<void> {
    const sealed = await this.#sealed(token, 'session');
    this.#assertMayLeave(token, name);
    sendSession(this.#services, this.#session, token, sealed);
  }

  /** As `send`, for a client without cookies: the caller lets it leave, in a response that no cache keeps. */
  async issue(token: SessionToken): Promise<string> {
    const sealed = await this.#sealed(token, 'token');
    this.#assertMayLeave(token, 'issueToken');
    return toBearer(sealed);
  }

  /** Puts a session on the list and lets it begin: one that nobody got is taken off again. */
  async listed<T>(token: SessionToken, begin: () => Promise<T>): Promise<T> {
    await this.#services.registry.add(token, deviceOf(this.#session.context.req));
    try {
      return await begin();
    } catch (error) {
      await this.#unlist(token);
      throw error;
    }
  }

  /** Ends a session for good: resolves when no process admits it. */
  async revoke(token: SessionToken): Promise<void> {
    const { position } = await this.#services.revoker.append({ kind: 'root', key: token.root });
    this.#session.ownRevocations.add(position);
    this.#session.end('revoked');
    await this.#unlist(token);
  }

  /** As `send`, for nobody: its store says whether it has been revoked. */
  async sendAnonymous(anonymous: AnonymousToken): Promise<void> {
    const sealed = await sealAnonymous(this.#services.keyring, anonymous);
    this.assertOpen('stored.set');
    sendAnonymous(this.#services, this.#session, anonymous, sealed);
  }

  /**
   * Ends what the request was in before: its session, or the one that may be live for all that is known, or nobody's;
   * and the one of the library that was there before.
   */
  async endPrevious(): Promise<void> {
    await this.endFormer();
    const { token, anonymous, presented } = this.#session;
    const isOpen = presented.unavailable || presented.inactiveBecause === 'ambiguous';
    const before = token ?? (isOpen ? presented.token : null);
    if (before !== null) await this.revoke(before);
    if (anonymous !== null) await this.#services.anonymous.remove(anonymous);
  }

  /** Ends one id of a session that goes on under another. */
  async retire(token: SessionToken): Promise<void> {
    const { position } = await this.#services.revoker.append({ kind: 'id', key: token.id });
    this.#session.ownRevocations.add(position);
  }

  /**
   * Ends the session of the library that was there before, which came with this request: for whoever asks the log, and
   * in the other store.
   */
  async endFormer(): Promise<void> {
    const { former } = this.#session;
    const { formers, revoker } = this.#services;
    if (former === null || formers === null) return;
    if (!formers.hasEnded(former)) {
      const { position } = await revoker.append({ kind: 'root', key: former.root });
      this.#session.ownRevocations.add(position);
    }
    await formers.destroy(former);
    formers.expire(this.#session);
    this.#session.former = null;
  }

  async #sealed(token: SessionToken, purpose: SealPurpose): Promise<string> {
    const { keyring, replica, requestDeadline } = this.#services;
    const sealed = await seal(keyring, token, purpose);
    await renew(replica, requestDeadline);
    return sealed;
  }

  #assertMayLeave(token: SessionToken, name: WriteName): void {
    this.assertOpen(name);
    this.#assertNotRevoked(token);
  }

  assertOpen(name: WriteName): void {
    const { context } = this.#session;
    context.assertOpen(`session.${name}()`);
    if (!context.res.headersSent) return;
    const message = `session.${name}() in ${context.route} was not awaited: the response left without its cookie.`;
    throw new SessionError('ERR_RESPONSE_STARTED', message);
  }

  /** A row that stays only shows on the devices page until it expires. */
  async #unlist({ root }: SessionToken): Promise<void> {
    const { registry, events } = this.#services;
    await registry.remove(root).catch(() => {
      events.emit('store.unavailable', 'The registry kept the row of a session that has ended.');
    });
  }

  report(code: EventCode, { id }: SessionToken): void {
    const { context } = this.#session;
    this.#services.events.emit(code, `${context.route}.`, { source: context, detail: { session: hashOf(id) } });
  }

  /**
   * Between the opening of the request and now, nothing but its own revocations may cover the session: whoever
   * authenticated before a revocation must not come out of it with a new session.
   */
  #assertNotRevoked(token: SessionToken): void {
    const { openedAt, ownRevocations } = this.#session;
    const position = this.#services.replica.position();
    if (openedAt === null || position === null || position.genesis !== token.genesis) {
      throw new StoreUnavailableError('The revocation log was lost while a session was being written. Try again.');
    }
    const revoked = this.#services.replica
      .entriesSince(openedAt)
      .some((entry) => !ownRevocations.has(entry.position) && covers(entry, token));
    if (!revoked) return;
    throw new SessionError(
      'ERR_REVOKED_DURING_LOGIN',
      'The sessions of this subject were revoked while the request was being answered. Log in again.',
    );
  }
}
