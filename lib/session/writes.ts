/**
 * The six writes. Each checks at once whether it can work (write-checks.ts); then, one after the other, each does its
 * awaiting and looks again, as its last step, whether the response is still open and nothing was revoked meanwhile.
 */
import { SessionError } from '../errors.js';
import type { Place } from '../request/place.js';
import { carryStored } from './carry.js';
import { checkedData, patched } from './data.js';
import { Mint } from './mint.js';
import { assertBirth, assertFits, regeneratedToken, startedToken, updatedToken } from './minting.js';
import { sendEnd } from './outgoing.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { IssuedToken } from './session.js';
import { checkedStartOptions } from './start-options.js';
import { assertSubject } from './subject.js';
import type { SessionToken } from './token.js';
import { assertKnown, assertWritable, type ResponseWrite } from './write-checks.js';
import type { WriteQueue } from './write-queue.js';

/** Subject, data and options, as the app gave them. */
type Given = readonly [subject: unknown, data: unknown, options: unknown];

interface Draft {
  draft(): SessionToken;
  /** Keys of stored values to carry over. */
  readonly keep: readonly string[];
}

export class SessionWrites {
  readonly #services: SessionServices;
  readonly #session: RequestSession;
  readonly #mint: Mint;
  readonly #queue: WriteQueue;

  constructor(services: SessionServices, session: RequestSession, queue: WriteQueue) {
    this.#services = services;
    this.#session = session;
    this.#queue = queue;
    this.#mint = new Mint(services, session);
  }

  start(place: Place, ...given: Given): Promise<void> {
    const { draft, keep } = this.#draft('start', place, given);
    return this.#queue.add('start', place, async () => {
      const started = draft();
      await this.#mint.listed(started, async () => {
        await carryStored(this.#services, this.#session, started, keep);
        // Whoever has left gets no new session, and keeps the old one.
        this.#mint.assertOpen('start');
        await this.#mint.endPrevious();
        await this.#mint.send(started, 'start');
      });
      this.#session.clearSiteData.add('prefetchCache').add('prerenderCache');
      this.#mint.report('session.started', started);
    });
  }

  /** A session of its own, beside the one of this request. */
  issueToken(place: Place, ...given: Given): Promise<IssuedToken> {
    const { draft } = this.#draft('issueToken', place, given);
    return this.#queue.add('issueToken', place, async () => {
      const issued = draft();
      const token = await this.#mint.listed(issued, () => this.#mint.issue(issued));
      this.#mint.report('token.issued', issued);
      return { token, expiresAt: issued.expiresAt };
    });
  }

  update(place: Place, patch: unknown): Promise<void> {
    const token = this.#require('update', place);
    const updated = updatedToken(this.#services, token, patched(token.data, patch));
    assertFits(this.#services, this.#session, updated);
    this.#session.token = updated;
    return this.#queue.add('update', place, async () => {
      const current = this.#current('update', token.root);
      // A later update of this request holds this one's patch, and is about to be sealed itself.
      if (current === updated) await this.#mint.send(updated, 'update');
    });
  }

  regenerate(place: Place): Promise<void> {
    const { root, subject } = this.#require('regenerate', place);
    return this.#renew('regenerate', place, { root, subject });
  }

  reauthenticated(place: Place, subject: unknown): Promise<void> {
    const token = this.#require('reauthenticated', place);
    if (token.subject === subject) return this.#renew('reauthenticated', place, token);
    throw new SessionError(
      'ERR_SESSION_MISMATCH',
      'session.reauthenticated(subject): the session belongs to another subject. Use start() to log in as another.',
    );
  }

  destroy(place: Place): Promise<void> {
    assertWritable(this.#services, this.#session, 'destroy', place);
    return this.#queue.add('destroy', place, async () => {
      const token = this.#session.token ?? this.#session.presented.token;
      // Logging out again, or with an old cookie over and over, must not fill the log.
      if (token !== null && this.#services.replica.verdict(token) !== 'revoked') {
        await this.#mint.revoke(token);
        this.#mint.report('session.destroyed', token);
      }
      if (this.#session.anonymous !== null) await this.#services.anonymous.remove(this.#session.anonymous);
      try {
        await this.#mint.endFormer();
      } finally {
        this.#mint.assertOpen('destroy');
        sendEnd(this.#services, this.#session, token);
      }
    });
  }

  /** What a new session begins with, checked at once; it is made when its turn has come. */
  #draft(name: 'start' | 'issueToken', place: Place, [subject, given, options]: Given): Draft {
    assertWritable(this.#services, this.#session, name, place);
    assertSubject(name, subject);
    const data = checkedData(given);
    const { remember, keep } = checkedStartOptions(name, options, data);
    const draft = () => {
      const birth = assertBirth(this.#session);
      return startedToken(this.#services, this.#session, { subject, data, remembered: remember, birth });
    };
    assertFits(this.#services, this.#session, draft());
    this.#services.mintLimit.count(subject);
    return { draft, keep };
  }

  #renew(
    name: 'regenerate' | 'reauthenticated',
    place: Place,
    { root, subject }: Pick<SessionToken, 'root' | 'subject'>,
  ) {
    this.#services.mintLimit.count(subject);
    return this.#queue.add(name, place, async () => {
      const token = this.#current(name, root);
      const authenticatedAt = name === 'reauthenticated' ? this.#services.clock.now() : token.authenticatedAt;
      const renewed = regeneratedToken(this.#services, this.#session, token, authenticatedAt);
      assertFits(this.#services, this.#session, renewed);
      await this.#mint.retire(token);
      await this.#services.registry.rename(renewed);
      await this.#mint.send(renewed, name);
      this.#mint.report('session.regenerated', renewed);
    });
  }

  #require(name: ResponseWrite, place: Place): SessionToken {
    assertWritable(this.#services, this.#session, name, place);
    assertKnown(this.#session);
    return this.#session.token ?? this.#refuse(name);
  }

  /** The session as the writes before this one left it. */
  #current(name: ResponseWrite, root: string): SessionToken {
    const { token } = this.#session;
    return token?.root === root ? token : this.#refuse(name);
  }

  #refuse(name: ResponseWrite): never {
    const { route } = this.#session.context;
    const message = `session.${name}() in ${route}: there is no session (any more). Ask session.active first.`;
    throw new SessionError('ERR_NO_SESSION', message);
  }
}
