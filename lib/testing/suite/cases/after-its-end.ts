/**
 * What a request has left for later, as a timer, is held until another request is under way, and then goes on. Whatever the other
 * one is given then was written by a request that was over. And what leaves the app by itself, as mail, must go to whom it is of.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Held } from '../../inside/held.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { wrongMail } from './misdelivered.js';
import { MOST_STOPS, onStage, openRoutes, range, type TwoOnStage, unableOnStage } from './on-stage.js';

export const afterItsEnd: SuiteCase = {
  title: 'what a request has left for later, while another one is under way',
  mechanisms: ['M4', 'M16', 'M29'],
  unable: unableOnStage,
  async run(world) {
    return onStage(world, async (stage) => {
      const [ada, bob] = [await arrived(world, stage, 0), await arrived(world, stage, 1)];
      const findings: NewFinding[] = [];
      for (const route of openRoutes(world, world.routes)) {
        const found = await new LateWorkOf({ world, stage, ada, bob, route }).run();
        if (found !== null) findings.push(found);
      }
      return findings;
    });
  },
};

/** What a login leaves for later is done before the next one comes. */
async function arrived(world: World, stage: Stage, index: 0 | 1): Promise<Person> {
  const person = await world.login(world.browser(world.account(index)));
  await stage.tidy();
  return person;
}

class LateWorkOf {
  readonly #parts: TwoOnStage;

  constructor(parts: TwoOnStage) {
    this.#parts = parts;
  }

  async run(): Promise<NewFinding | null> {
    if (await this.#showsAnyway()) return null;
    for (const at of range(MOST_STOPS)) {
      const held = await this.#leave(at);
      const isLate = held.stop !== null && held.late;
      await held.end();
      await this.#parts.stage.tidy();
      if (held.stop === null) return null;
      const found = isLate ? ((await this.#meets(at)) ?? (await this.#goesElsewhere(at))) : null;
      if (found !== null) return found;
    }
    return null;
  }

  /** The control: what is shown to another with nothing left for later has another cause. */
  async #showsAnyway(): Promise<boolean> {
    const { stage, world, ada, bob, route } = this.#parts;
    const before = world.mails.length;
    const of = await this.#inFull(ada, route);
    await stage.tidy();
    if (of === null) return true;
    if (wrongMail(world, of, world.mails.slice(before), MAIL) !== null) return true;
    return (await this.#shown([bob, ada])) !== null;
  }

  /** The first page on which one of them is shown what is not theirs; nothing is left for later in between. */
  async #shown(people: readonly Person[]): Promise<Exchange | null> {
    const { stage, world } = this.#parts;
    for (const probe of openRoutes(world, world.safeRoutes)) {
      for (const person of people) {
        const to = await this.#inFull(person, probe);
        await stage.tidy();
        if (to !== null && world.foreign(to).length > 0) return to;
      }
    }
    return null;
  }

  /** With all that it leaves for later. */
  async #inFull(person: Person, route: Route): Promise<Exchange | null> {
    const { stage, world } = this.#parts;
    const held = await stage.hold(MOST_STOPS, () => person.ask(world.fresh(route)));
    return held.end();
  }

  /** The request is over, and what it has left is held at this stop. */
  #leave(at: number): Promise<Held<Exchange>> {
    const { stage, world, ada, route } = this.#parts;
    return stage.hold(at, () => ada.ask(world.fresh(route)));
  }

  /** It goes on while another request is held in the middle. */
  async #meets(at: number): Promise<NewFinding | null> {
    for (const route of openRoutes(this.#parts.world, this.#parts.world.safeRoutes)) {
      for (const then of range(MOST_STOPS)) {
        const { found, isOver } = await this.#meetsAt(at, route, then);
        if (found !== null) return found;
        if (isOver) break;
      }
    }
    return null;
  }

  async #meetsAt(at: number, route: Route, then: number): Promise<{ found: NewFinding | null; isOver: boolean }> {
    const { stage, world, bob } = this.#parts;
    const left = await this.#leave(at);
    const next = await stage.hold(then, () => bob.ask(world.fresh(route)));
    const of = await left.end();
    await stage.settle();
    const to = await next.end();
    await stage.tidy();
    const isOver = next.stop === null;
    const [sighting] = to ? world.foreign(to) : [];
    if (!to || !sighting) return { found: null, isOver };
    const [mechanism, detail] = (await this.#isOutOfStep()) ? (['M16', CAME_LATE] as const) : (['M4', LATE] as const);
    const where = left.stop?.where ?? null;
    return { found: swapFinding(world, { mechanism, of: of ?? undefined, to, sighting, detail, at: where }), isOver };
  }

  /** From then on one is given what the other had asked for, and their own when they ask again: it is not stored, but waits. */
  async #isOutOfStep(): Promise<boolean> {
    const { world, ada, bob } = this.#parts;
    const to = await this.#shown([bob, ada]);
    if (to === null) return false;
    const asker = to.asker === bob.label ? bob : ada;
    await asker.ask(to.question);
    return world.foreign(await asker.ask(to.question)).length === 0;
  }

  /** Another user asks for everything, and does the same, before it goes on; then both look, and so does the post. */
  async #goesElsewhere(at: number): Promise<NewFinding | null> {
    const { stage, world, ada, bob, route } = this.#parts;
    const before = world.mails.length;
    const left = await this.#leave(at);
    for (const passing of world.safeRoutes) await this.#inFull(bob, passing);
    if (!world.safeRoutes.includes(route)) await this.#inFull(bob, route);
    const of = await left.end();
    await stage.tidy();
    const where = left.stop?.where ?? null;
    const misdelivered = of && wrongMail(world, of, world.mails.slice(before), MAIL);
    if (misdelivered) return { ...misdelivered, at: where };
    const to = await this.#shown([bob, ada]);
    const [sighting] = to ? world.foreign(to) : [];
    if (!to || !sighting) return null;
    // What a page leaves is its own; what was asked for is a job.
    const mechanism = route.method === 'GET' || route.method === 'HEAD' ? 'M4' : 'M29';
    return swapFinding(world, { mechanism, of: of ?? undefined, to, sighting, detail: ELSEWHERE, at: where });
  }
}

const CAME_LATE =
  'The first request was over when an answer that it had asked for came at last, while the second was under way: it was taken for the ' +
  "second's. A connection whose answer is still to come is closed, and not given to the next one.";
const LATE =
  'The first request was over when a callback of it ran at last, while the second was under way: what it wrote then is in the ' +
  "second's answer.";
const ELSEWHERE =
  'A request was over, and another user had asked, when a callback of it ran at last. What it did then landed with the wrong one ' +
  'of them.';
const MAIL =
  'The request was over, and another user had asked, when its mail left at last. It was addressed to who was the current user by then.';
