/**
 * R1, R2: the one object that belongs to one request and its response. It is freshly made for each request, found only
 * through the request or response itself, and dead once the response is over.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { ContextError } from '../errors.js';
import type { Events } from '../events.js';
import type { Credential, CredentialSet } from './credentials.js';
import { isSafeMethod, wireMethod } from './methods.js';
import { captureHere, type Place } from './place.js';
import { routeOf } from './route-label.js';
import { isSpeculative } from './speculation.js';

/** What background work and error reporters may keep: frozen, plain, no credentials, no way back to the request. */
export interface ContextSnapshot {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly startedAt: number;
}

/**
 * How caches could take the URL. `static`: for a file that they keep by its looks. `ambiguous`: for another URL than
 * Express does.
 */
export type UrlReading = 'plain' | 'static' | 'ambiguous';

/** What a route said about its own response. */
export type Sharing = 'public' | 'private' | 'undeclared';

export class RequestContext {
  readonly requestId = randomUUID();
  readonly method: string;
  readonly startedAt: number;
  /** Where this request's events go: those of the kit or guard that opened it. */
  readonly events: Events;
  /** By the method on the wire, whatever a method-override header says. */
  readonly safe: boolean;
  /** Asked by a browser for a page that its user has not opened. */
  readonly speculative: boolean;
  credentials: CredentialSet;
  /** Where the session was first read; null while it was not. */
  firstRead: Place | null = null;
  sharing: Sharing = 'undeclared';
  /** Session cookies minted by this request, by name: the only ones of their names that may leave (R3). */
  readonly outgoingCookies = new Map<string, string>();
  /** True once a head has left that a cache may keep, to somebody who could be known: from then on nobody reads. */
  leftShareable = false;
  /** True where a request is answered as anonymous for what its credentials (R5) or its URL say. */
  anonymised = false;
  /** True where the owner tag that came with a session named another, or was missing and required (guard's bind). */
  tagRefused = false;
  /** In a rehearsal: the credentials that its URL would take from the request, which keeps them; null if none would. */
  unveiled: readonly Credential[] | null = null;
  /** Plain also where no harm can come of it: on an unsafe method, a public route, for a private file. */
  url: UrlReading = 'plain';
  #req: IncomingMessage | null;
  #res: ServerResponse | null;
  #lastRoute = '';

  constructor(req: IncomingMessage, res: ServerResponse, credentials: CredentialSet, now: number, events: Events) {
    this.#req = req;
    this.#res = res;
    this.method = wireMethod(req);
    this.safe = isSafeMethod(this.method);
    this.speculative = isSpeculative(req);
    this.startedAt = now;
    this.credentials = credentials;
    this.events = events;
  }

  get closed(): boolean {
    return this.#req === null;
  }

  get req(): IncomingMessage {
    return this.#req ?? this.#refuse();
  }

  get res(): ServerResponse {
    return this.#res ?? this.#refuse();
  }

  get route(): string {
    return this.#req === null ? this.#lastRoute : routeOf(this.#req);
  }

  /** Remembers the first place that read the session; `above` is the function whose caller is that place. */
  markRead(above: (...args: never[]) => unknown): void {
    this.firstRead ??= captureHere(above);
  }

  assertOpen(what: string): void {
    if (this.#req === null) this.#refuse(what);
  }

  snapshot(): ContextSnapshot {
    return Object.freeze({
      requestId: this.requestId,
      method: this.method,
      route: this.route,
      startedAt: this.startedAt,
    });
  }

  /** Ends the context and lets go of request and response, so that a late callback can reach neither. */
  close(): void {
    if (this.#req === null) return;
    this.#lastRoute = routeOf(this.#req);
    this.#req = null;
    this.#res = null;
    this.outgoingCookies.clear();
  }

  /** AsyncLocalStorage hangs the context on every promise and timer, and inspecting one of those prints it. */
  [inspect.custom](): string {
    return `RequestContext { requestId: '${this.requestId}' }`;
  }

  #refuse(what = 'the request context'): never {
    throw new ContextError(
      'ERR_CONTEXT_CLOSED',
      `${what} was used after its response to ${this.#lastRoute} had ended. ` +
        'Await the work before answering, or give background work getContext().snapshot().',
    );
  }
}
