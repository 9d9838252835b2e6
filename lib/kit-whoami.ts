/** whoami for the kit's own sessions, and `session.identity()`: one cache behind both. */
import { nameOf, StoreUnavailableError } from './errors.js';
import type { Events } from './events.js';
import { credentialKey } from './request/credentials.js';
import { admitNow, renew } from './revocation/admission.js';
import type { Replica } from './revocation/replica.js';
import type { RequestSession } from './session/request-session.js';
import { isExpired } from './session/timeouts.js';
import type { SessionToken } from './session/token.js';
import type { Settings } from './settings.js';
import { NOT_FOUND, UNAVAILABLE, writeRefusal } from './whoami/answer.js';
import { answerWhoami } from './whoami/answer-whoami.js';
import { type Question, WhoamiCache } from './whoami/cache.js';
import { matchWhoami } from './whoami/route.js';
import { sessionBody, type WhoamiReport } from './whoami/session-body.js';

export class KitWhoami {
  readonly #settings: Settings<unknown>;
  readonly #replica: Replica;
  readonly #cache: WhoamiCache<WhoamiReport>;
  readonly #vary: readonly string[];
  readonly #failed: (error: unknown) => void;

  constructor(settings: Settings<unknown>, replica: Replica, events: Events, vary: readonly string[]) {
    const { clock, whoamiMaxAge, whoamiEntries, whoamiBytes } = settings;
    this.#settings = settings;
    this.#replica = replica;
    this.#vary = vary;
    this.#failed = (error) => {
      const name = nameOf(error);
      events.emit('identity.failed', `The identity of a session could not be reported (${name}); nothing was guessed.`);
    };
    this.#cache = new WhoamiCache<WhoamiReport>({
      clock,
      maxAge: whoamiMaxAge,
      maxEntries: whoamiEntries,
      maxBytes: whoamiBytes,
      toBody: sessionBody,
      onFailure: this.#failed,
    });
    replica.onEntry(({ kind, key }) => {
      if (kind === 'refresh') this.#cache.forget({ subject: key });
    });
    replica.onReload(() => this.#cache.forget('everyone'));
  }

  /** Answers whoami's path and refuses what resembles it; false for all other requests. */
  answer(session: RequestSession): boolean {
    const { req, res } = session.context;
    const match = matchWhoami(req, this.#settings.whoamiPath);
    if (match === 'other') return false;
    session.passive = true;
    if (match === 'refuse') writeRefusal(req, res, NOT_FOUND, this.#vary);
    else if (session.presented.unavailable) writeRefusal(req, res, UNAVAILABLE, this.#vary);
    else this.#answer(session)?.catch(() => res.destroy());
    return true;
  }

  /** What whoami reports of the session's subject; null if the subject is gone. */
  async identity(session: RequestSession): Promise<unknown> {
    const { token } = session;
    if (token === null) return null;
    const key = this.#key(session, token);
    await renew(this.#replica, this.#settings.requestDeadline);
    const question = { ...this.#question(token), maxAge: Number.POSITIVE_INFINITY, onlyIfCached: false };
    const found = this.#cache.find(key, question) ?? (await this.#cache.load(key, question));
    return found?.entry.value.traits ?? null;
  }

  close(): void {
    this.#cache.close();
  }

  #answer(session: RequestSession): Promise<void> | undefined {
    const { token, context } = session;
    const call = { cache: this.#cache, vary: this.#vary };
    if (token === null) return answerWhoami(context.req, context.res, { ...call, ...NOBODY, key: null });
    const key = this.#key(session, token);
    return answerWhoami(context.req, context.res, { ...call, ...this.#question(token), key });
  }

  /** Of every credential presented; a session minted in this request was presented by none. */
  #key({ context, presented }: RequestSession, token: SessionToken): string {
    return token === presented.token ? credentialKey(context.credentials.all) : `minted ${token.id}`;
  }

  /**
   * R11: what can't be known is no "no", which would be served as anonymous. Who may wait has caught up before this is
   * asked; what a load found unconfirmed is not kept.
   */
  #admits(token: SessionToken): boolean {
    const admission = admitNow(this.#replica, token);
    if (admission !== 'unknown') return admission === 'admitted';
    if (this.#settings.insecureAcceptWhenUnconfirmed) return this.#replica.verdict(token) !== 'revoked';
    throw new StoreUnavailableError('The revocation log is out of reach. Try again.');
  }

  /** Holds on to the token and to no request: a refresh outlives the request that started it. */
  #question(token: SessionToken): Pick<Question<WhoamiReport>, 'load' | 'stillValid'> {
    const { identity, clock } = this.#settings;
    const { id, subject, issuedAt, authenticatedAt, expiresAt } = token;
    return {
      load: async () => {
        const traits = identity === null ? { id: subject } : await identity(subject);
        await renew(this.#replica, this.#settings.requestDeadline);
        if (traits === null || traits === undefined) return null;
        return { id, subject, issuedAt, authenticatedAt, expiresAt, methods: [], traits };
      },
      stillValid: (report) => {
        if (report.id !== id || report.subject !== subject) throw misfiled();
        return !isExpired(expiresAt, clock.now()) && this.#admits(token);
      },
    };
  }
}

/** R10: a key is made of all credentials, so this can't happen; if it does, nothing is served. */
function misfiled(): StoreUnavailableError {
  return new StoreUnavailableError(
    'The whoami cache answered with the identity of another session. Nothing was served.',
  );
}

const NOBODY = { load: async () => null, stillValid: () => false };
