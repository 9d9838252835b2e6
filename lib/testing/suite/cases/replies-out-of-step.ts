/**
 * A request is given up, by its client or by a deadline of the app's own, while it waits for a store. Then somebody else asks the
 * same, and only now does the store's reply to the first come: on a connection that goes on it is taken for the second's.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { comesSoon, type Stage } from '../../inside/stage.js';
import type { Visit } from '../../inside/visits.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import { countStops, firstOf, onStage, openRoutes, range, soon, type TwoOnStage, unableOnStage } from './on-stage.js';

/** Turns of the loop in which a request that was given up has ended. */
const TURNS = 40;
/** Milliseconds in which a command has left for the store, and its reply has come. */
const LONGEST = 250;
/** Of one request. */
const MOST_REPLIES = 4;
const TIMES = 2;

export const repliesOutOfStep: SuiteCase = {
  title: 'a request given up while it waits for a store, then another one',
  mechanisms: ['M2', 'M16'],
  unable: unableOnStage,
  async run(world) {
    const [ada, bob] = await world.people(2);
    return onStage(world, async (stage) => {
      const findings: NewFinding[] = [];
      for (const route of openRoutes(world, world.safeRoutes)) {
        const found = await new GivenUp({ world, stage, ada, bob, route }).run();
        if (found !== null) findings.push(found);
      }
      return findings;
    });
  },
};

type How = 'its client left' | 'its deadline passed';
const WAYS: readonly How[] = ['its client left', 'its deadline passed'];

class GivenUp {
  readonly #parts: TwoOnStage;

  constructor(parts: TwoOnStage) {
    this.#parts = parts;
  }

  async run(): Promise<NewFinding | null> {
    const { world, stage, ada, route } = this.#parts;
    stage.visits.replies.takeCount();
    const stops = await countStops(stage, ada, world.fresh(route));
    const replies = Math.min(stage.visits.replies.takeCount(), MOST_REPLIES);
    for (const how of WAYS) {
      const found = await firstOf(range(replies), (before) => this.#withReplyHeld(how, before));
      if (found !== null) return found;
      for (const at of range(stops)) {
        const held = await this.#heldAt(at, stops, how);
        if (held !== null) return held;
      }
    }
    return null;
  }

  /** What it waits for is a callback of this process. */
  async #heldAt(at: number, stops: number, how: How): Promise<NewFinding | null> {
    const { world, stage, ada, bob, route } = this.#parts;
    const leaving = new AbortController();
    const first = await stage.hold(at, () => ada.ask(world.fresh(route), { signal: leaving.signal }));
    if (how === 'its client left') {
      leaving.abort();
      await first.left();
    } else await first.expire();
    const second = await stage.hold(stops - 1, () => bob.ask(world.fresh(route)));
    first.release();
    await stage.settle();
    const to = await second.end();
    const of = await first.end();
    return this.#finding(of, to, how, first.stop?.where ?? null);
  }

  /**
   * What it waits for comes by a connection to another server, after so many others. Whoever asks two things of it in a row is out of
   * step with one reply, and given what is another's with two.
   */
  async #withReplyHeld(how: How, before: number): Promise<NewFinding | null> {
    const { world, bob, route } = this.#parts;
    for (const _time of range(TIMES)) {
      const found = await this.#givenUpOnce(how, before);
      if (found !== null) return found;
    }
    return this.#finding(null, await soon(bob.ask(world.fresh(route))), how, null);
  }

  async #givenUpOnce(how: How, before: number): Promise<NewFinding | null> {
    const { world, stage, ada, bob, route } = this.#parts;
    const { visits } = stage;
    const leaving = new AbortController();
    visits.replies.hold(before);
    try {
      const first = ada.ask(world.fresh(route), { signal: leaving.signal });
      const visit = await this.#waiting(() => visits.replies.waiting > 0);
      if (how === 'its client left') {
        leaving.abort();
        await this.#closed(visit);
      } else visit?.late.runLongest();
      await stage.settle();
      const second = bob.ask(world.fresh(route));
      await this.#waiting((visit) => visit.spokeOn.size > 0);
      visits.replies.release();
      const of = await soon(first);
      return this.#finding(of, await soon(second), how, null);
    } finally {
      visits.replies.release();
    }
  }

  /** The request that comes now has got so far. */
  async #waiting(isThere: (visit: Visit) => boolean): Promise<Visit | undefined> {
    const { visits } = this.#parts.stage;
    const before = visits.all.length;
    let isOver = false;
    const looking = async () => {
      while (!isOver) {
        const visit = visits.all[before];
        if (visit !== undefined && (isThere(visit) || visit.res.closed)) return;
        await this.#parts.stage.settle();
      }
    };
    await comesSoon(looking(), LONGEST);
    isOver = true;
    return visits.all[before];
  }

  async #closed(visit: Visit | undefined): Promise<void> {
    for (let turn = 0; turn < TURNS && visit?.res.closed === false; turn++) await this.#parts.stage.settle();
  }

  #finding(of: Exchange | null, to: Exchange | null, how: How, at: string | null): NewFinding | null {
    const { world, stage, bob } = this.#parts;
    const [sighting] = to ? world.foreign(to) : [];
    if (!to || !sighting) return null;
    const own = world.marksOf(bob.label);
    // A reply takes the place of another. Where both have written, it is one thing that both hold.
    const isShared = !speaks(stage) && own.some((mark) => offsetOf(bodyOf(to), mark) >= 0);
    const [mechanism, detail] = isShared ? (['M2', SHARED] as const) : (['M16', TAKEN] as const);
    return swapFinding(world, {
      mechanism,
      of: of ?? undefined,
      to,
      sighting,
      detail: detail.replace('{how}', how),
      at,
    });
  }
}

function speaks({ visits }: Stage): boolean {
  return visits.all.some(({ spokeOn }) => spokeOn.size > 0);
}

const TAKEN =
  'The first request waited for a store when {how}. Then the second asked, and the reply to the first came: it was taken for the ' +
  'reply to the second.';
const SHARED =
  'The first request was under way when {how}. Then the second asked, and the first went on: what both wrote is in the answer to the ' +
  'second. What the first had taken was given back while it still worked with it, and given to the second.';
