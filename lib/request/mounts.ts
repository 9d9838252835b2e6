/** A kit or guard that is mounted twice meets its own contexts again: the inner one passes, and says so once. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from '../events.js';
import type { RequestContext } from './context.js';
import { contextOfRequest } from './context-storage.js';

export class Mounts {
  readonly #name: string;
  readonly #events: Events;
  readonly #opened = new WeakSet<RequestContext>();
  #reported = false;

  constructor(name: string, events: Events) {
    this.#name = name;
    this.#events = events;
  }

  add(context: RequestContext): void {
    this.#opened.add(context);
  }

  /** Whether this very request and response are under way here. A reused request is not: it is refused (R1). */
  meets(req: IncomingMessage, res: ServerResponse): boolean {
    const context = contextOfRequest(req);
    if (!context || !this.#opened.has(context) || context.closed || context.res !== res) return false;
    this.#report(context);
    return true;
  }

  #report(context: RequestContext): void {
    if (this.#reported) return;
    this.#reported = true;
    const message = `${this.#name} is mounted twice; the inner one passes requests through. Take one away.`;
    this.#events.emit('mounted.twice', message, { source: context });
  }
}
