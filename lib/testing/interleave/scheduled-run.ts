/** One run of several requests: all are held wherever they can be, and one after the other goes on as a list says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InterleaveAllOptions } from './all-options.js';
import { settlesWithin } from './core.js';
import { type Entrance, serve } from './host.js';
import { type Control, Lane, type Suspension } from './lane.js';
import { type Limits, unfinished } from './options.js';
import { sent } from './pair-run.js';
import type { StopBook } from './stop-book.js';

export interface SearchOfAll<T> {
  readonly options: InterleaveAllOptions<T>;
  readonly limits: Limits;
  readonly doors: readonly Entrance[];
  readonly book: StopBook;
}

/** Something that waits to go on. */
interface Turnstile {
  readonly who: number;
  readonly label: string;
  open(): void;
}

export class ScheduledRun<T> {
  readonly #search: SearchOfAll<T>;
  readonly #choices: readonly number[];
  readonly #lanes: readonly Lane[];
  readonly #begun = new Set<number>();
  readonly #ended = new Set<number>();
  /** An app that threw says more than the client whose connection was cut, and is first. */
  readonly #failures: unknown[] = [];
  /** What happened, in its order: `2 begins`, `1 goes on at routes/cart.js:12:5`. */
  readonly order: string[] = [];
  #waiting: Turnstile[] = [];
  #change: () => void = () => {};
  #last = 0;
  #points = 0;

  constructor(search: SearchOfAll<T>, choices: readonly number[]) {
    this.#search = search;
    this.#choices = choices;
    this.#lanes = search.doors.map((_door, who) => new Lane(String(who + 1), this.#controlOf(who)));
  }

  /** Every answer, in the order of the senders. */
  async perform(): Promise<readonly T[]> {
    const { options, doors } = this.#search;
    doors.forEach((door, who) => {
      door.handle = (req, res) => this.#serve(who, req, res);
    });
    const answers = options.requests.map((send, who) => this.#ending(who, sent(send, doors[who] as Entrance)));
    while (this.#ended.size < doors.length && this.#failures.length === 0) await this.#step();
    if (this.#failures.length > 0) throw this.#failures[0];
    return Promise.all(answers);
  }

  /** What is still going on in the background is no longer held. */
  close(): void {
    for (const lane of this.#lanes) lane.close();
    for (const { open } of this.#waiting.splice(0)) open();
  }

  #ending(who: number, answer: Promise<T>): Promise<T> {
    const end = () => {
      this.#ended.add(who);
      this.#change();
    };
    answer.then(end, (error) => {
      this.#failures.push(error);
      end();
    });
    return answer;
  }

  #serve(who: number, req: IncomingMessage, res: ServerResponse): void {
    const lane = this.#lanes[who] as Lane;
    const begin = () => serve(this.#search.options.app, { req, res }, lane, (error) => this.#failures.push(error));
    if (this.#begun.has(who)) begin();
    else this.#wait(who, `${lane.name} begins`, begin);
    this.#begun.add(who);
  }

  #controlOf(who: number): Control {
    const visits = new Map<string, number>();
    return {
      onStop: (suspension: Suspension) => {
        const visit = (visits.get(suspension.where) ?? 0) + 1;
        visits.set(suspension.where, visit);
        const stop = this.#search.book.meet(suspension, visit);
        if (stop === null) return null;
        stop.reached = true;
        return new Promise<void>((resolve) => this.#wait(who, `${who + 1} goes on at ${suspension.where}`, resolve));
      },
      onUnseen: () => this.#search.book.unseen(),
    };
  }

  #wait(who: number, label: string, open: () => void): void {
    this.#waiting.push({ who, label, open });
    this.#change();
  }

  /** Lets one go on, when all that still run are held or wait for one another. */
  async #step(): Promise<void> {
    const { limits } = this.#search;
    const idle = () =>
      new Set(this.#waiting.map(({ who }) => who)).size >= this.#search.doors.length - this.#ended.size;
    while (!idle()) {
      const patience = this.#waiting.length > 0 ? limits.waitForB : limits.answerWithin;
      const changed = new Promise<void>((resolve) => {
        this.#change = resolve;
      });
      if (await settlesWithin(patience, changed)) continue;
      if (this.#waiting.length === 0) throw unfinished('interleaveAll', 'one', patience, null);
      break;
    }
    this.#chosen()?.open();
  }

  /** 0 is the one that went on last, so that the simplest list runs one request after the other. */
  #chosen(): Turnstile | undefined {
    const count = this.#search.doors.length;
    const distance = ({ who }: Turnstile) => (who - this.#last + count) % count;
    const inOrder = [...this.#waiting].sort((one, other) => distance(one) - distance(other));
    const chosen = inOrder[(this.#choices[this.#points++] ?? 0) % Math.max(1, inOrder.length)];
    if (chosen === undefined) return undefined;
    this.#waiting = this.#waiting.filter((each) => each !== chosen);
    this.#last = chosen.who;
    this.order.push(chosen.label);
    return chosen;
  }
}
