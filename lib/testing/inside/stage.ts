/**
 * Requests of an app in this process, each in a lane of its own: held where they wait, let go on, made to fail, left by their
 * client. A stop is a place where the event loop may let another request in.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { settlesWithin } from '../interleave/core.js';
import { serve } from '../interleave/host.js';
import { watching } from '../interleave/watch.js';
import { Act, Held, PATIENCE } from './held.js';
import { Patched } from './patched.js';
import { Visits } from './visits.js';

const TURNS_TO_SETTLE = 4;
/** Milliseconds between two looks. */
const A_WHILE = 2;
/** An app that leaves promises open for ever is not waited for again and again. */
const MOST_IN_VAIN = 3;

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
  #inVain = 0;

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
      return await watching('swapSuite', functions, ignore, () => Stage.#run(server, visits, work));
    } finally {
      visits.close();
    }
  }

  static async #run<T>(server: Server, visits: Visits, work: (stage: Stage) => Promise<T>): Promise<T> {
    const stage = new Stage(server, visits);
    try {
      return await work(stage);
    } finally {
      for (const act of stage.#acts) act.end();
      stage.#patched.restore();
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
    return new Held(act, answer, () => this.settle());
  }

  /** What requests that are over have left for later is done, so that it does not come in between. */
  async tidy(): Promise<void> {
    await this.settle();
    for (const { res, late } of this.visits.all) if (res.closed || res.writableFinished) late.runAll();
    await this.settle();
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
    await this.#waitFor(act);
  }

  /** What it has begun on a thread or at another server comes when it comes, or never. */
  async #waitFor(act: Act): Promise<void> {
    const until = performance.now() + PATIENCE;
    const waits = () => act.stop === null && act.lane.isWaiting && this.#inVain < MOST_IN_VAIN;
    while (waits() && performance.now() < until) await settlesWithin(A_WHILE, act.reached);
    if (waits()) this.#inVain++;
  }

  #enter(req: IncomingMessage, res: ServerResponse, run: () => void): void {
    const act = this.#expected.shift();
    serve(run, { req, res }, act?.lane ?? null, ignore);
    if (act !== undefined) act.visit = this.visits.last;
  }
}

/** Milliseconds for an answer of an app that still answers. */
export const LONG = 1_000;

/** Whether the promise is there soon; else it waits for something. */
export function comesSoon(promise: Promise<unknown>, within = PATIENCE): Promise<boolean> {
  return settlesWithin(within, promise);
}

function ignore(): void {}
