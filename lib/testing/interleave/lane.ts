/**
 * A lane: one request and all that it sets going, known by AsyncLocalStorage. Whenever code of it is about to go on, it
 * comes to `arrive()`, which may hold it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterwards } from './core.js';
import { currentTurn } from './turns.js';

export type StopKind = 'await' | 'then' | 'timer' | 'fs' | 'dns' | 'crypto' | 'store';

/** Where code of a lane waits, from the moment it began to. */
export interface Suspension {
  readonly where: string;
  readonly kind: StopKind;
  /** How many other requests had begun by then. */
  readonly others: number;
}

/** Opens a gate so that what was waited for has failed. */
export class Failure {
  readonly error: Error;

  constructor(error: Error) {
    this.error = error;
  }
}

/** Answers a failure, or nothing. */
export type Gate = Promise<unknown>;

/** Who decides what is held. */
export interface Control {
  /** Here another request could come in: a gate to wait at, or null to go on. */
  onStop(suspension: Suspension, lane: Lane): Gate | null;
  /** Here none could, but for one that came in the same packet. */
  onSameTurn?(suspension: Suspension): void;
  /** The response was ended in a turn that nothing of the lane had been seen to begin. */
  onUnseen?(): void;
  /** A kind of promise was met that can be held from now on. */
  onLearned?(): void;
}

/** Beside the lanes: requests that are not held, and whoever sends them. */
export const BYSTANDER = Symbol('bystander');

const storage = new AsyncLocalStorage<Lane | typeof BYSTANDER | undefined>();

/** Lanes whose request has come, and which are not closed. */
const underWay = new Set<Lane>();

export class Lane {
  readonly name: string;
  readonly #control: Control;
  readonly #others: () => number;
  readonly #waits = new Set<Suspension>(); // for anything but timers
  #firstTurn = 0;
  #lastTurn = 0;
  #closed = false;
  #muted = false;

  constructor(name: string, control: Control, others: () => number = () => 0) {
    this.name = name;
    this.#control = control;
    this.#others = others;
  }

  /** Runs what a new request of this lane runs. */
  begin<T>(work: () => T): T {
    underWay.add(this);
    this.#firstTurn = this.#lastTurn = currentTurn();
    return storage.run(this, work);
  }

  /** Runs what belongs to the lane though its context may have been lost on the way. */
  resume<T>(work: () => T): T {
    this.#ran();
    return storage.run(this, work);
  }

  suspend(where: string, kind: StopKind): Suspension {
    const suspension = { where, kind, others: this.#others() };
    if (kind !== 'timer') this.#waits.add(suspension);
    return suspension;
  }

  /** Code of this lane is about to go on: null, or what it has to wait for. */
  arrive(suspension: Suspension): Gate | null {
    this.#waits.delete(suspension);
    if (this.#closed) return null;
    const turn = currentTurn();
    if (this.#lastTurn === turn) {
      if (this.#firstTurn === turn) this.#control.onSameTurn?.(suspension);
      return null;
    }
    const gate = this.#control.onStop(suspension, this);
    if (gate !== null) return afterwards(gate, (outcome) => this.#opened(outcome));
    this.#ran();
    return null;
  }

  /** The response is being ended. */
  answered(): void {
    if (this.#lastTurn !== currentTurn()) this.#control.onUnseen?.();
  }

  learned(): void {
    this.#control.onLearned?.();
  }

  /** A callback that comes to `arrive()` first. */
  held(callback: (...args: unknown[]) => unknown, suspension: Suspension): (...args: unknown[]) => unknown {
    const lane = this;
    return function (this: unknown, ...args) {
      const go = (outcome: readonly unknown[]) => lane.resume(() => Reflect.apply(callback, this, outcome));
      const gate = lane.arrive(suspension);
      if (gate === null) return go(args);
      return void afterwards(gate, (outcome) => {
        const failure = failsBy(outcome, suspension);
        return failure === null ? go(args) : forgiven(() => go(failure));
      });
    };
  }

  /** Callbacks that are handed on by `work` are not seen: it has been given one that is. */
  muted<T>(work: () => T): T {
    const before = this.#muted;
    this.#muted = true;
    try {
      return work();
    } finally {
      this.#muted = before;
    }
  }

  get deaf(): boolean {
    return this.#muted;
  }

  /** What goes on later, as work in the background, is no longer held. */
  close(): void {
    this.#closed = true;
    underWay.delete(this);
  }

  /** Something that it waits for has still to come: from a disk, a thread, another server. */
  get isWaiting(): boolean {
    return this.#waits.size > 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  #opened<T>(outcome: T): T {
    this.#ran();
    return outcome;
  }

  #ran(): void {
    this.#lastTurn = currentTurn();
  }
}

/** What a callback is told of a failure; null if there is none. A timer can't fail. */
function failsBy(outcome: unknown, { kind }: Suspension): readonly [Error] | null {
  return outcome instanceof Failure && kind !== 'timer' ? [outcome.error] : null;
}

/** A callback that does not look for an error throws, where it would have ended the process. */
function forgiven(run: () => unknown): void {
  try {
    run();
  } catch {
    // It is seen in what the request answers, or does not answer.
  }
}

/** The lane that runs now, or null. */
export function currentLane(): Lane | null {
  const store = storage.getStore();
  return store instanceof Lane && !store.closed ? store : null;
}

/** A request is under way in some lane, and nobody knows whose code this is. */
export function isLost(): boolean {
  return underWay.size > 0 && storage.getStore() === undefined;
}

/** What lanes are kept in, and no app has made. */
export function isOfLanes(some: unknown): boolean {
  return some === storage;
}

export function asBystander<T>(work: () => T): T {
  return storage.run(BYSTANDER, work);
}

export function outsideLanes<T>(work: () => T): T {
  return storage.run(undefined, work);
}
