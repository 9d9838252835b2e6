/**
 * Requests of an app in this process, each in a lane of its own: held where they wait, let go on, made to fail, left by their
 * client. A stop is a place where the event loop may let another request in.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { settlesWithin } from '../interleave/core.js';
import { serve } from '../interleave/host.js';
import { asBystander, type Control, Failure, type Gate, Lane, type Suspension } from '../interleave/lane.js';
import { watching } from '../interleave/watch.js';
import { Patched } from './patched.js';
import { type Visit, Visits } from './visits.js';

/** Milliseconds in which a request ends or comes to its stop, or is taken to wait for another one. */
const PATIENCE = 250;
const TURNS_TO_SETTLE = 4;

export interface StageOptions {
  readonly server: Server;
  /** A function of the app, by which its realm is known. */
  readonly app: unknown;
}

export class Stage {
  readonly visits: Visits;
  readonly #patched = new Patched();
  readonly #acts: Act[] = [];
  readonly #expected: Act[] = [];

  private constructor(server: Server, visits: Visits) {
    this.visits = visits;
    const enter = (req: IncomingMessage, res: ServerResponse, run: () => void) => this.#enter(req, res, run);
    this.#patched.replace(server, 'emit', (emit) => {
      return function (this: Server, event, ...args) {
        if (event !== 'request') return emit.call(this, event, ...args);
        enter(args[0], args[1], () => emit.call(this, event, ...args));
        return true;
      };
    });
  }

  /** @throws TestingError ERR_TESTING_IN_PRODUCTION, ERR_INTERLEAVE_RUNNING */
  static async use<T>({ server, app }: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
    const functions = [app, ...server.listeners('request')].filter((one) => typeof one === 'function');
    const visits = new Visits(server); // first, so that the watch sees the app's lines and not ours
    try {
      return await watching('swapSuite', functions, ignore, async () => {
        const stage = new Stage(server, visits);
        try {
          return await work(stage);
        } finally {
          for (const act of stage.#acts) act.end();
          stage.#patched.restore();
        }
      });
    } finally {
      visits.close();
    }
  }

  /** Sends a request, and holds it at the stop of this number, from 0; resolves when it is there, has ended, or waits. */
  async hold<T>(at: number, send: () => Promise<T>): Promise<Held<T>> {
    const act = new Act(at);
    this.#acts.push(act);
    this.#expected.push(act);
    const answer = send();
    const answered = await settlesWithin(PATIENCE, Promise.race([act.reached, answer]));
    if (answered && act.stop === null) await this.#late(act);
    return new Held(act, answer, this);
  }

  /** What is due goes on. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The answer is there, and the stop may be in what the request has left for later. */
  async #late(act: Act): Promise<void> {
    await this.settle();
    act.visit?.late.runAll();
    await this.settle();
  }

  #enter(req: IncomingMessage, res: ServerResponse, run: () => void): void {
    const act = this.#expected.shift();
    serve(run, { req, res }, act?.lane ?? null, ignore);
    if (act !== undefined) act.visit = this.visits.last;
  }
}

/** One request that is watched. */
class Act implements Control {
  readonly lane = new Lane('held', this);
  readonly reached: Promise<void>;
  readonly #at: number;
  #arrived: () => void = ignore;
  #open: (failure?: Failure) => void = ignore;
  #met = 0;
  metBeforeEnd = 0;
  stop: Suspension | null = null;
  visit: Visit | undefined;
  /** The answer had been given when it stopped. */
  late = false;

  constructor(at: number) {
    this.#at = at;
    this.reached = new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  onStop(suspension: Suspension): Gate | null {
    const late = this.visit?.res.writableEnded ?? false;
    if (!late) this.metBeforeEnd++;
    if (this.#met++ !== this.#at) return null;
    this.stop = suspension;
    this.late = late;
    const gate = new Promise<Failure | undefined>((resolve) => {
      this.#open = resolve;
    });
    this.#arrived();
    return gate;
  }

  open(failure?: Failure): void {
    this.#open(failure);
  }

  end(): void {
    this.open();
    this.lane.close();
  }
}

/** A request at its stop. */
export class Held<T> {
  readonly answer: Promise<T>;
  readonly #act: Act;
  readonly #stage: Stage;

  constructor(act: Act, answer: Promise<T>, stage: Stage) {
    this.#act = act;
    this.answer = answer;
    this.#stage = stage;
  }

  /** Where it waits; null if it ended before, or waits for something that is not its own. */
  get stop(): Suspension | null {
    return this.#act.stop;
  }

  /** How many stops it came by before its answer. */
  get metBeforeEnd(): number {
    return this.#act.metBeforeEnd;
  }

  /** Its answer had been given when it came there. */
  get late(): boolean {
    return this.#act.late;
  }

  get visit(): Visit | undefined {
    return this.#act.visit;
  }

  release(): void {
    this.#act.open();
  }

  /** What it waits for fails. */
  fail(): void {
    this.#act.open(new Failure(new Error('swapproof: made to fail by the swap suite')));
  }

  /** Its client is gone, and the app has been told. */
  async left(): Promise<void> {
    const res = this.#act.visit?.res;
    if (res !== undefined && !res.closed)
      await settlesWithin(PATIENCE, new Promise((resolve) => res.once('close', resolve)));
    await this.#stage.settle();
  }

  /** As if its deadline had come: of its timers, the one that would wait longest is due. */
  async expire(): Promise<void> {
    this.#act.visit?.late.runLongest();
    await this.#stage.settle();
  }

  /** Whether the answer came in time. Nothing of it is held any more. */
  async end(): Promise<T | null> {
    this.release();
    const came = await settlesWithin(PATIENCE * 4, this.answer);
    this.#act.end();
    return came ? this.answer : null;
  }
}

/** Whether the promise is there soon; else it waits for something. */
export function comesSoon(promise: Promise<unknown>): Promise<boolean> {
  return settlesWithin(PATIENCE, promise);
}

/** What the suite itself does is held by nobody. */
export { asBystander };

function ignore(): void {}
