/** One user of the proof: logs in, then reads and writes as people do, following redirects. */
import { Browser } from '../helpers/browser.js';
import { passwordOf } from '../helpers/example.js';
import type { Random } from '../helpers/random.js';

type Step = { readonly path: string; readonly form?: Readonly<Record<string, string>> };

/** What one answer says about whose session was at work. */
export interface Sighting {
  /** The page is another user's. */
  readonly foreign: boolean;
  /** It comes from the origin, not from a cache. */
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

export class Visitor {
  readonly id: string;
  readonly #browser: Browser;
  readonly #random: Random;
  #next: Step | null;

  constructor(username: string, random: Random, now: () => number) {
    this.id = `u_${username}`;
    this.#browser = new Browser(now);
    this.#random = random;
    this.#next = { path: '/login', form: { username, password: passwordOf(username) } };
  }

  /** Sends one request: what the last answer led to, else a page of the plan. */
  async step(port: number): Promise<Sighting> {
    const { path, form } = this.#next ?? this.#choose();
    const answer = await (form ? this.#browser.post(port, path, form) : this.#browser.get(port, path));
    this.#next = answer.location === null ? null : { path: answer.location };
    // nginx names what it did in X-Cache; nothing is named where the request went straight to the origin, as POSTs do.
    const fresh = answer.headers['x-cache'] !== 'HIT';
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
