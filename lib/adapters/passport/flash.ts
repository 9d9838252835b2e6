/**
 * `req.flash` as connect-flash has it, for `failureFlash` and `successFlash`, on the kit's own cookie. Passport calls it in
 * callbacks of the app's database, where a throw would end the process: so what can't be kept is an event instead.
 */
import type { IncomingMessage } from 'node:http';
import { format } from 'node:util';
import { nameOf } from '../../errors.js';
import { contextOfRequest } from '../../request/context-storage.js';
import type { PassportKit } from './passport-like.js';

type Texts = Readonly<Record<string, readonly string[]>>;

export class Flash {
  readonly #sessions: PassportKit;
  /** Read, and not asked for yet. */
  readonly #taken = new WeakMap<IncomingMessage, { kind: string; text: string }[]>();

  constructor(sessions: PassportKit) {
    this.#sessions = sessions;
  }

  /** With a text it adds; with a kind it answers the texts of that kind, else those of all, each for once. */
  call(
    req: IncomingMessage,
    kind?: string,
    text?: unknown,
    ...values: readonly unknown[]
  ): number | readonly string[] | Texts {
    if (kind === undefined) return this.#all(req);
    if (text === undefined || text === '') return this.take(req, kind);
    const texts = Array.isArray(text) ? text.map(String) : [format(text, ...values)];
    for (const each of texts) this.add(req, kind, each);
    return texts.length;
  }

  /** For the page that comes next. Never throws. */
  add(req: IncomingMessage, kind: string, text: string): void {
    try {
      this.#sessions.flash(req, kind, text);
    } catch (error) {
      const context = contextOfRequest(req);
      const why = error instanceof Error ? error.message : nameOf(error);
      context?.events.emit('session.write.lost', `req.flash(): a message was lost. ${why}`, { source: context });
    }
  }

  /** The texts of one kind, each for once; the others stay for this request. */
  take(req: IncomingMessage, kind: string): readonly string[] {
    const here = this.#unread(req);
    const asked = here.filter((message) => message.kind === kind);
    this.#taken.set(
      req,
      here.filter((message) => message.kind !== kind),
    );
    return asked.map(({ text }) => text);
  }

  #all(req: IncomingMessage): Texts {
    const here = this.#unread(req);
    this.#taken.set(req, []);
    const kinds = [...new Set(here.map(({ kind }) => kind))];
    const textsOf = (kind: string) => here.filter((message) => message.kind === kind).map(({ text }) => text);
    return Object.fromEntries(kinds.map((kind) => [kind, textsOf(kind)]));
  }

  #unread(req: IncomingMessage): { kind: string; text: string }[] {
    return [...(this.#taken.get(req) ?? []), ...this.#sessions.takeFlash(req)];
  }
}
