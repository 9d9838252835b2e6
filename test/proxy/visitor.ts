/** One user of the proof: logs in, then reads and writes as people do, following redirects. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Browser } from '../helpers/browser.js';
import { passwordOf } from '../helpers/example.js';
import type { Random } from '../helpers/random.js';

type Step = { readonly path: string; readonly form?: Readonly<Record<string, string>> };

/** What one answer says about whose session was at work. */
export interface Sighting {
  /** The page is another user's. */
  readonly foreign: boolean;
  /** The origin made it for this user. Caches say of many replays that they are none. */
  readonly fresh: boolean;
}

/** The diary pages that the plan asks for: a year's, so that the cache meets new ones as long as the proof runs. */
export const DAYS = Array.from({ length: 365 }, (_, index) => {
  return new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);
});

/** What a user writes into a diary: who it was. */
export function textBy(id: string): string {
  return `written by ${id}`;
}

/** A cookie: everybody's browser tells who it is. The apps take no notice. */
const ASKER = 'asker';
const MADE_FOR = 'x-made-for';

/** From now on each answer says who asked for it, whatever cache it then comes from. */
export function nameAskers(origin: Server): void {
  origin.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    const asker = new RegExp(`${ASKER}=(\\w+)`).exec(req.headers.cookie ?? '')?.[1];
    if (asker !== undefined) res.setHeader(MADE_FOR, asker);
  });
}

export class Visitor {
  readonly id: string;
  readonly #browser: Browser;
  readonly #random: Random;
  #next: Step | null;

  constructor(username: string, random: Random, now: () => number) {
    this.id = `u_${username}`;
    this.#browser = new Browser(now);
    this.#browser.cookies.store(`${ASKER}=${this.id}; Path=/`, '/');
    this.#random = random;
    this.#next = { path: '/login', form: { username, password: passwordOf(username) } };
  }

  /** Sends one request: what the last answer led to, else a page of the plan. */
  async step(port: number): Promise<Sighting> {
    const { path, form } = this.#next ?? this.#choose();
    const answer = await (form ? this.#browser.post(port, path, form) : this.#browser.get(port, path));
    this.#next = answer.location === null ? null : { path: answer.location };
    const fresh = answer.headers[MADE_FOR] === this.id;
    return { foreign: answer.owner !== null && answer.owner !== this.id, fresh };
  }

  /** Whom the origin takes this user for now; null for nobody. */
  whoAmI(originPort: number): Promise<string | null> {
    return this.#browser.whoIsIt(originPort);
  }

  close(): void {
    this.#browser.close();
  }

  #choose(): Step {
    const day = `/diary/${DAYS[Math.floor(this.#random() * DAYS.length)]}`;
    const chance = this.#random();
    if (chance < 0.1) return { path: '/' };
    if (chance < 0.25) return { path: '/account' };
    if (chance < 0.35) return { path: '/devices' };
    if (chance < 0.45) return { path: day, form: { text: textBy(this.id) } };
    return { path: day };
  }
}
