/**
 * The six writes. Each checks at once whether it can work (write-checks.ts); then, one after the other, each does its
 * awaiting and looks again, as its last step, whether the response is still open and nothing was revoked meanwhile.
 */
import { SessionError } from '../errors.js';
import type { Place } from '../request/place.js';
import { survivesStores } from '../revocation/well-formed.js';
import { checkedData, patched } from './data.js';
import { Mint } from './mint.js';
import { assertBirth, assertFits, regeneratedToken, startedToken, updatedToken } from './minting.js';
import { sendEnd } from './outgoing.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { IssuedToken } from './session.js';
import { checkedStartOptions } from './start-options.js';
import type { SessionToken } from './token.js';
import { assertKnown, assertWritable, type WriteName } from './write-checks.js';

/** Subject, data and options, as the app gave them. */
type Given = readonly [subject: unknown, data: unknown, options: unknown];

const nothing = () => undefined;

export class SessionWrites {
  readonly #services: SessionServices;
  readonly #session: RequestSession;
  readonly #mint: Mint;
  #queue: Promise<void> = Promise.resolve();

  constructor(services: SessionServices, session: RequestSession) {
    this.#services = services;
    this.#session = session;
    this.#mint = new Mint(services, session);
  }

  start(place: Place, ...given: Given): Promise<void> {
    const draft = this.#draft('start', place, given);
    return this.#enqueue('start', place, async () => {
      const { token: live, presented } = this.#session;
      // One that may be live, for all that is known, ends as well.
      const before = live ?? (presented.unavailable ? presented.token : null);
      if (before !== null) await this.#mint.revoke(before);
      const started = draft();
      await this.#mint.listed(started, () => this.#mint.send(started, 'start'));
      this.#session.clearSiteData.add('prefetchCache').add('prerenderCache');
      this.#mint.report('session.started', started);
    });
  }

  /** A session of its own, beside the one of this request. */
  issueToken(place: Place, ...given: Given): Promise<IssuedToken> {
    const draft = this.#draft('issueToken', place, given);
    return this.#enqueue('issueToken', place, async () => {
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
    return this.#enqueue('update', place, async () => {
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
    return this.#enqueue('destroy', place, async () => {
      const token = this.#session.token ?? this.#session.presented.token;
      // Logging out again, or with an old cookie over and over, must not fill the log.
      if (token !== null && this.#services.replica.verdict(token) !== 'revoked') {
        await this.#mint.revoke(token);
        this.#mint.report('session.destroyed', token);
      }
      this.#mint.assertOpen('destroy');
      sendEnd(this.#services, this.#session, token);
    });
  }

  /** What a new session begins with, checked at once; it is made when its turn has come. */
  #draft(name: 'start' | 'issueToken', place: Place, [subject, given, options]: Given): () => SessionToken {
    assertWritable(this.#services, this.#session, name, place);
    assertSubject(name, subject);
    const data = checkedData(given);
    const { remember } = checkedStartOptions(`session.${name}()`, options);
    const draft = () => {
      const birth = assertBirth(this.#session);
      return startedToken(this.#services, this.#session, { subject, data, remembered: remember, birth });
    };
    assertFits(this.#services, this.#session, draft());
    this.#services.mintLimit.count(subject);
    return draft;
  }

  #renew(
    name: 'regenerate' | 'reauthenticated',
    place: Place,
    { root, subject }: Pick<SessionToken, 'root' | 'subject'>,
  ) {
    this.#services.mintLimit.count(subject);
    return this.#enqueue(name, place, async () => {
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

  #require(name: WriteName, place: Place): SessionToken {
    assertWritable(this.#services, this.#session, name, place);
    assertKnown(this.#session);
    return this.#session.token ?? this.#refuse(name);
  }

  /** The session as the writes before this one left it. */
  #current(name: WriteName, root: string): SessionToken {
    const { token } = this.#session;
    return token?.root === root ? token : this.#refuse(name);
  }

  #refuse(name: WriteName): never {
    const { route } = this.#session.context;
    const message = `session.${name}() in ${route}: there is no session (any more). Ask session.active first.`;
    throw new SessionError('ERR_NO_SESSION', message);
  }

  /** Runs one write after the other; a rejection that nobody awaits is reported by the head, and kills no process. */
  #enqueue<T>(operation: WriteName, place: Place, work: () => Promise<T>): Promise<T> {
    const pending = { operation, place };
    this.#session.pendingWrites.add(pending);
    const done = this.#queue.then(work).finally(() => this.#session.pendingWrites.delete(pending));
    this.#queue = done.then(nothing, nothing);
    return done;
  }
}

/** A subject that a store changed could never be revoked. */
function assertSubject(name: WriteName, subject: unknown): asserts subject is string {
  if (typeof subject === 'string' && subject !== '' && survivesStores(subject)) return;
  throw new SessionError(
    'ERR_INVALID_SUBJECT',
    `session.${name}(subject): the subject must be a string that is not empty, without NUL and half characters, as ` +
      'String(user.id).',
  );
}
