/**
 * What is worth counting or alerting on. No event ever carries a credential: only hashes, names, routes and lines.
 * docs/events.md says for each code what to do; a test keeps the two in step.
 */
import { ConfigurationError, nameOf } from './errors.js';

export type Severity = 'info' | 'warn' | 'critical';

const SEVERITY = {
  'activity.late': 'info',
  'adoption.failed': 'critical',
  'adoption.over': 'warn',
  'bind.ineffective': 'warn',
  'bind.untagged': 'info',
  'cache.downgraded': 'warn',
  'cache.violation': 'warn',
  'context.mismatch': 'critical',
  'cookie.duplicate': 'warn',
  'cookie.foreign': 'critical',
  'cookie.lookalike': 'warn',
  'cookie.stripped': 'warn',
  'credentials.mismatch': 'warn',
  'csrf.refused': 'warn',
  'guard.bypassed': 'critical',
  'guard.failed': 'critical',
  'identity.failed': 'warn',
  'listener.failed': 'warn',
  'log.refounded': 'critical',
  'login.on_get': 'warn',
  'login.refused': 'warn',
  'mount.order': 'critical',
  'mounted.twice': 'warn',
  'owner.mismatch': 'warn',
  'predicate.failed': 'warn',
  'public.refused': 'warn',
  'rehearsal.started': 'warn',
  'revocation.failed': 'critical',
  'revocation.resolved': 'info',
  'session.adopted': 'info',
  'session.destroyed': 'info',
  'session.regenerated': 'info',
  'session.started': 'info',
  'session.unreadable': 'info',
  'session.write.lost': 'warn',
  'store.unavailable': 'critical',
  'stored.not_kept': 'info',
  'swap.suspected': 'critical',
  'token.created': 'info',
  'token.in_url': 'warn',
  'token.issued': 'info',
  'token.refused': 'warn',
  'token.restored': 'info',
  'token.revoked': 'info',
  'token.rotated': 'info',
  'tokens.failing': 'critical',
  'tokens.unknown': 'warn',
  'url.ambiguous': 'warn',
  'would.anonymise': 'warn',
  'would.cache.change': 'info',
  'would.cookie.drop': 'warn',
  'would.cookie.set': 'info',
  'would.refuse': 'warn',
} as const satisfies Record<string, Severity>;

export type EventCode = keyof typeof SEVERITY;

/** What a rehearsal reports in place of doing it (`insecureReportOnly`). */
export type WouldCode = Extract<EventCode, `would.${string}`>;

export interface SwapproofEvent {
  readonly code: EventCode;
  readonly severity: Severity;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId?: string;
  /** Method and route pattern, as `GET /account/:id`. */
  readonly route?: string;
  readonly message: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** May be async: what it answers is not awaited. */
export type EventListener = (event: SwapproofEvent) => unknown;

/** What an event is about; a context fits. */
export interface EventSource {
  readonly requestId: string;
  readonly route: string;
}

export interface EventOptions {
  readonly source?: EventSource | undefined;
  readonly detail?: SwapproofEvent['detail'];
  /** Only where one code covers two grades, as a marked response with or without a session read. */
  readonly severity?: Severity;
}

/** What is not done in a rehearsal: which rule, what leaves now, what would leave, and why in a sentence. */
export interface Would {
  readonly source: EventSource;
  /** A row of the guard's table, as `row 5`, or the name of another rule. */
  readonly rule: string;
  /** Fields that caches read, names of cookies, a status: never the value of a cookie. */
  readonly now: string;
  readonly enforced: string;
  readonly why: string;
  readonly severity?: Severity | undefined;
}

export class Events {
  /** True where nothing is enforced (rehearsal/rehearsed-events.ts). */
  readonly rehearsing: boolean = false;
  readonly #listeners = new Map<EventCode | '*', Set<EventListener>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Adds a listener for one code, or for all with `'*'`. Answers how to take it off again.
   * @throws ConfigurationError ERR_INVALID_ARGUMENT for a code that is none: an alarm that can't ring.
   */
  on(code: EventCode | '*', listener: EventListener): () => void {
    if ((code !== '*' && !Object.hasOwn(SEVERITY, code)) || typeof listener !== 'function') {
      const message = `on() takes '*' or one of the codes, and a function: ${eventCodes.join(', ')}.`;
      throw new ConfigurationError('ERR_INVALID_ARGUMENT', message);
    }
    const listeners = this.#listeners.get(code) ?? new Set();
    this.#listeners.set(code, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit(code: EventCode, message: string, { source, detail = {}, severity = SEVERITY[code] }: EventOptions = {}): void {
    const event: SwapproofEvent = Object.freeze({
      code,
      severity,
      at: this.#now(),
      ...(source && { requestId: source.requestId, route: source.route }),
      message,
      detail: Object.freeze({ ...detail }),
    });
    for (const key of [code, '*'] as const) {
      // A copy: a listener may take itself off and put itself on again.
      for (const listener of [...(this.#listeners.get(key) ?? [])]) this.#deliver(listener, event);
    }
  }

  /**
   * Asked before a rule is enforced: true in a rehearsal, where it was reported and must be left undone.
   * `if (events.rehearsed('would.refuse', {...})) return false;`
   */
  rehearsed(_code: WouldCode, _would: Would): boolean {
    return false;
  }

  /** A listener that throws or rejects harms neither request nor process; its failure is an event of its own. */
  #deliver(listener: EventListener, event: SwapproofEvent): void {
    try {
      const answer = listener(event);
      if (answer instanceof Promise) answer.catch((error) => this.#reportFailure(event, error));
    } catch (error) {
      this.#reportFailure(event, error);
    }
  }

  #reportFailure({ code }: SwapproofEvent, error: unknown): void {
    if (code === 'listener.failed') return;
    const name = nameOf(error);
    this.emit('listener.failed', `A listener of ${code} threw a ${name}.`, { detail: { code } });
  }
}

/** All codes, for the documentation's test. */
export const eventCodes = Object.keys(SEVERITY) as EventCode[];
