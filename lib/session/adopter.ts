/**
 * Makes a former session the kit's, before the handler of an unsafe request runs. It is listed first, then ended in
 * the other library's store, and only then does its cookie leave: whatever fails in between can be done again, for
 * every attempt is at the same session.
 */
import { nameOf, StoreUnavailableError, SwapproofError } from '../errors.js';
import { admitNow, renew } from '../revocation/admission.js';
import type { Adopted } from './adoption-flights.js';
import { deviceOf } from './device.js';
import type { Former } from './former.js';
import type { Formers } from './formers.js';
import { hashOf } from './ids.js';
import { assertBirth, assertFits, startedToken } from './minting.js';
import { sendSession } from './outgoing.js';
import type { Device } from './registry.js';
import type { RegistryRow } from './registry-port.js';
import type { RequestSession } from './request-session.js';
import { seal } from './seal.js';
import type { SessionServices } from './services.js';
import type { SessionToken } from './token.js';

type Listed = Pick<RegistryRow, 'subject' | 'expiresAt' | 'remembered'>;

export class Adopter {
  readonly #services: SessionServices;
  readonly #formers: Formers;

  constructor(services: SessionServices, formers: Formers) {
    this.#services = services;
    this.#formers = formers;
  }

  /** Undefined where there is nothing to adopt. Rejects if it can't be done now: then the request must be refused. */
  adopt(session: RequestSession): Promise<void> | undefined {
    const { context, former, presented, token } = session;
    const due = presented.former !== null && former !== null && token !== null && !context.safe;
    return due ? this.#adopt(session, former, token).catch((error) => this.#fail(session, error)) : undefined;
  }

  /** What a store fails at has been told by who asked it. What the app must mend, as too much data, has not. */
  #fail({ context }: RequestSession, error: unknown): never {
    if (!(error instanceof StoreUnavailableError)) {
      const why = error instanceof SwapproofError ? error.message : nameOf(error);
      const message = `${context.route}: the session behind ${this.#formers.cookieName} can't be adopted: ${why}`;
      this.#services.events.emit('adoption.failed', message, { source: context });
    }
    throw error;
  }

  async #adopt(session: RequestSession, former: Former, token: SessionToken): Promise<void> {
    const { replica, requestDeadline } = this.#services;
    const adopted = await this.#formers.flights.join(former.root, () => this.#begin(session, former, token));
    if (adopted.token.subject !== token.subject) await this.#refuseOther(former);
    await renew(replica, requestDeadline);
    const admission = admitNow(replica, adopted.token);
    if (admission === 'unknown') throw new StoreUnavailableError('The revocation log is out of reach.');
    if (session.context.closed) return;
    session.former = null;
    this.#formers.expire(session);
    if (admission === 'revoked') session.end('revoked');
    else sendSession(this.#services, session, adopted.token, adopted.sealed);
  }

  async #begin(session: RequestSession, former: Former, token: SessionToken): Promise<Adopted> {
    const { events, keyring } = this.#services;
    const { context } = session;
    const adopted = adoptedToken(this.#services, session, token);
    assertFits(this.#services, session, adopted);
    const { expiresAt, remembered, subject } = await this.#listed(adopted, deviceOf(context.req));
    if (subject !== adopted.subject) await this.#refuseOther(former);
    const kept = { ...adopted, expiresAt, remembered };
    this.#formers.flights.begin(kept);
    await this.#formers.destroy(former);
    const sealed = await seal(keyring, kept);
    const message = `${context.route} made a session behind ${this.#formers.cookieName} one of its own.`;
    events.emit('session.adopted', message, { source: context, detail: { session: hashOf(kept.id) } });
    return { token: kept, sealed };
  }

  /**
   * As where two users logged in one after the other without a new id, and the first of them was adopted: the other gets
   * nothing of that session, and its id names nobody any more.
   */
  async #refuseOther(former: Former): Promise<never> {
    this.#formers.flights.forget(former.root);
    await this.#formers.destroy(former);
    throw new StoreUnavailableError('A former session has changed its owner.');
  }

  /** Another process, or an earlier attempt, may have listed it: then its end is the one that counts. */
  async #listed(token: SessionToken, device: Device): Promise<Listed> {
    const { registry } = this.#services;
    const there = await registry.find(token.root);
    if (there !== null) return there;
    try {
      await registry.add(token, device);
      return token;
    } catch (error) {
      const raced = await registry.find(token.root);
      if (raced === null) throw error;
      return raced;
    }
  }
}

/** Under the root that its former id has everywhere, and born where its request opened, as any other session. */
function adoptedToken(services: SessionServices, session: RequestSession, token: SessionToken): SessionToken {
  const { root, subject, data, remembered, authenticatedAt } = token;
  const birth = assertBirth(session);
  return { ...startedToken(services, session, { subject, data, remembered, birth }), id: root, root, authenticatedAt };
}
