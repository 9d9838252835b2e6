/** The search for a place at which one request can be mixed up with another, on one route, for one pair of people. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Held } from '../../inside/held.js';
import { comesSoon, type Stage } from '../../inside/stage.js';
import type { Visit } from '../../inside/visits.js';
import { byEach } from '../../world/ask-all.js';
import type { Person } from '../../world/person.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { MOST_STOPS, MOST_WAITS, type Overlap, openRoutes, overlap, range } from './on-stage.js';
import { BATCHED, BELIEVED, type Cause, GIVEN_TWICE, ONE_BEHIND, OVERWRITTEN, SHARED, STRAYED } from './pair-causes.js';

export interface Pair {
  readonly held: Person;
  readonly passing: Person;
}

interface Leak {
  /** The number of the stop. */
  readonly at: number;
  readonly where: string;
  /** Of whoever was given what is not theirs. */
  readonly to: Exchange;
  readonly of: Exchange | null;
  readonly toHeld: boolean;
  readonly waited: boolean;
  readonly strayed: boolean;
}

export class PairSearch {
  readonly #world: World;
  readonly #stage: Stage;
  readonly #route: Route;
  readonly #pair: Pair;
  readonly #others: readonly Route[];
  #hasWaited = false;

  constructor(world: World, stage: Stage, route: Route, pair: Pair) {
    this.#world = world;
    this.#stage = stage;
    this.#route = route;
    this.#pair = pair;
    this.#others = openRoutes(world, world.safeRoutes).filter((other) => other !== route);
  }

  /** The other way round, if the one waited for the other: they share some work, and who has come first may matter. */
  get turned(): PairSearch | null {
    const pair = { held: this.#pair.passing, passing: this.#pair.held };
    return this.#hasWaited ? new PairSearch(this.#world, this.#stage, this.#route, pair) : null;
  }

  async run(): Promise<NewFinding | null> {
    const url = (route: Route) => this.#world.fresh(route);
    const leaks: Leak[] = [];
    let stops = 0;
    for (; stops < MOST_STOPS; stops++) {
      const trial = await this.#trial(stops, url(this.#route), [this.#route, ...this.#others].map(url));
      if (trial === 'no stop') break;
      if (trial !== null) leaks.push(trial);
      if (trial !== null && !trial.waited) break; // nothing more to tell apart
    }
    const [leak] = leaks;
    if (leak !== undefined) return this.#finding(leak, await this.#cause(leak, { last: leaks.at(-1)?.at ?? 0, stops }));
    return (await this.#sameUrl(stops)) ?? (await this.#bothHeld(stops));
  }

  /** What each clears away at its end is mixed up only while both are under way. */
  async #bothHeld(stops: number): Promise<NewFinding | null> {
    const { held, passing } = this.#pair;
    const url = () => this.#world.fresh(this.#route);
    let blocked = 0;
    for (const [at, then] of range(stops).flatMap((one) => range(stops).map((other) => [one, other] as const))) {
      const pair = await overlap(this.#stage, [held, url(), at], [passing, url(), then]);
      const leak = this.#leakOf(pair, at);
      if (leak !== null) return this.#finding(leak, await this.#cause(leak, { last: at, stops }));
      if (pair.blocked && ++blocked === MOST_WAITS) return null; // they wait for one another
    }
    return null;
  }

  /** Under URLs of their own they were kept apart; if they are not any more, requests that have ended since have made the difference. */
  async #sameUrl(stops: number): Promise<NewFinding | null> {
    const fresh = () => this.#world.fresh(this.#route);
    for (const at of range(stops)) {
      const url = fresh();
      const leak = await this.#trial(at, url, [url]);
      if (leak === null || leak === 'no stop') continue;
      const apart = await this.#trial(at, fresh(), [fresh()]);
      const isMixedUp = apart !== null && apart !== 'no stop' && !(await this.#isKept(apart));
      return this.#finding(leak, isMixedUp ? ['M2', GIVEN_TWICE] : ['M9', SHARED]);
    }
    return null;
  }

  #leakOf({ first, second, where, strayed }: Overlap, at: number): Leak | null {
    const to = [first, second].find((exchange) => exchange !== null && this.#world.foreign(exchange).length > 0);
    if (!to) return null;
    return {
      at,
      where: where ?? '',
      to,
      of: to === first ? second : first,
      toHeld: to === first,
      waited: false,
      strayed,
    };
  }

  async #trial(at: number, asked: Route, passing: readonly Route[]): Promise<Leak | null | 'no stop'> {
    const { visits } = this.#stage;
    await this.#stage.tidy();
    const held = await this.#stage.hold(at, () => this.#pair.held.ask(asked));
    if (held.stop === null || held.late) {
      await held.end();
      return 'no stop';
    }
    const passed: Exchange[] = [];
    let waiting: Promise<Exchange> | null = null;
    const before = visits.all.length;
    for (const route of passing) {
      const answer = this.#pair.passing.ask(route);
      if (!(await comesSoon(answer))) waiting = answer;
      if (waiting !== null) break;
      passed.push(await answer);
    }
    const others = visits.all.slice(before);
    this.#hasWaited ||= waiting !== null;
    const impossible = outOfOrder(held, others);
    const own = await held.end();
    if (waiting !== null) passed.push(await waiting);
    if (impossible) return null;
    const isLent = waiting !== null && held.visit?.askedLate && !visits.all.slice(0, before - 1).some(isLogged);
    const strayed = isLent || [held.visit, ...others].some((visit) => visit?.strayed && visit.hasContext);
    const leaked = [...passed, ...(own ? [own] : [])].find((exchange) => this.#world.foreign(exchange).length > 0);
    if (leaked === undefined) return null;
    const of = leaked === own ? (passed[0] ?? null) : own;
    const { where } = held.stop;
    return { at, where, to: leaked, of, toHeld: leaked === own, waited: waiting !== null, strayed };
  }

  async #cause(leak: Leak, { last, stops }: { readonly last: number; readonly stops: number }): Promise<Cause | null> {
    if (leak.strayed) return ['M3', STRAYED];
    if (leak.waited && !leak.toHeld) {
      // A batch is closed before its work is done; a call in flight is shared until it is.
      const differs = leak.of?.answer?.body.equals(leak.to.answer?.body ?? Buffer.alloc(0)) === false;
      return differs || last < stops - 1 ? ['M5', BATCHED] : ['M9', SHARED];
    }
    await this.#stage.tidy();
    const receiver = leak.toHeld ? this.#pair.held : this.#pair.passing;
    if (receiver.label === null) return (await this.#isLeftBehind(leak.to)) ? null : ['M1', OVERWRITTEN];
    if (await this.#isOneBehind()) return ['M16', ONE_BEHIND];
    return (await this.#isKept(leak)) ? ['M10', BELIEVED] : ['M1', OVERWRITTEN];
  }

  /** Whoever asks in turn is answered with what is of the one before: asked twice, with what is theirs. */
  async #isOneBehind(): Promise<boolean> {
    const { held, passing } = this.#pair;
    const shown = await byEach([held, passing, held, held], () => this.#world.fresh(this.#route));
    const [, second, third, fourth] = shown.map((exchange) => this.#world.foreign(exchange).length > 0);
    return second === true && third === true && fourth === false;
  }

  /** It is shown to whoever was shown it, asking alone. */
  async #isKept({ toHeld }: Leak): Promise<boolean> {
    const receiver = toHeld ? this.#pair.held : this.#pair.passing;
    return this.#world.foreign(await receiver.ask(this.#world.fresh(this.#route))).length > 0;
  }

  /** A stranger is shown it in turn as well, after one of the pages: that is tried elsewhere. */
  async #isLeftBehind({ question }: Exchange): Promise<boolean> {
    const { held, passing } = this.#pair;
    const [user, stranger] = held.label === null ? [passing, held] : [held, passing];
    for (const route of [this.#route, ...this.#others]) {
      await user.ask(this.#world.fresh(route));
      if (this.#world.foreign(await stranger.ask(question)).length > 0) return true;
    }
    return false;
  }

  #finding({ to, of, where }: Leak, cause: Cause | null): NewFinding | null {
    const [sighting] = this.#world.foreign(to);
    if (sighting === undefined || cause === null) return null;
    const [mechanism, detail] = cause;
    const how = detail.replace('{where}', where);
    return swapFinding(this.#world, { mechanism, of: of ?? undefined, to, sighting, detail: how, at: where });
  }
}

/** What a log asks for when a response is over is asked of every request. */
function isLogged({ askedLate, res }: Visit): boolean {
  return askedLate && res.writableEnded;
}

/** A timer of the other's ran before one of the same delay that had been set earlier, which never happens. */
function outOfOrder({ stop, visit }: Held<unknown>, others: readonly Visit[]): boolean {
  const delay = visit?.late.ran.at(-1);
  return stop?.kind === 'timer' && delay !== undefined && others.some(({ late }) => late.ran.includes(delay));
}
