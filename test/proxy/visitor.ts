/** One user of the proof: asks for pages as people do, follows redirects, logs in whenever the login page comes. */

import { type Answer, Browser } from '../helpers/browser.js';
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

/** The diary pages that the plan asks for. */
export const DAYS = Array.from({ length: 28 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`);

/** What a user writes into a diary: who it was. */
export function textBy(id: string): string {
  return `written by ${id}`;
}

export class Visitor {
  readonly id: string;
  readonly #username: string;
  readonly #browser: Browser;
  readonly #random: Random;
  #next: Step | null;

  constructor(username: string, random: Random, now: () => number) {
    this.id = `u_${username}`;
    this.#username = username;
    this.#browser = new Browser(now);
    this.#random = random;
    this.#next = this.#login();
  }

  /** Sends one request: what the last answer led to, else a page of the plan. */
  async step(port: number): Promise<Sighting> {
    const { path, form } = this.#next ?? this.#choose();
    const answer = await (form ? this.#browser.post(port, path, form) : this.#browser.get(port, path));
    this.#next = this.#following(answer, path);
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

  #following({ location }: Answer, path: string): Step | null {
    if (location !== null) return { path: location };
    return path.startsWith('/login') ? this.#login() : null;
  }

  #login(): Step {
    return { path: '/login', form: { username: this.#username, password: passwordOf(this.#username) } };
  }

  #choose(): Step {
    const day = `/diary/${DAYS[Math.floor(this.#random() * DAYS.length)]}`;
    const chance = this.#random();
    if (chance < 0.1) return { path: '/' };
    if (chance < 0.25) return { path: '/account' };
    if (chance < 0.35) return { path: '/devices' };
    if (chance < 0.45) return { path: day, form: { text: textBy(this.id) } };
    if (chance < 0.455) return { path: '/logout', form: {} };
    return { path: day };
  }
}
