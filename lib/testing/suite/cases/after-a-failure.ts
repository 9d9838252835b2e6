/**
 * A request is refused, fails at each of its awaits, or is left by its client; then a stranger asks, and then two people at once. What
 * they are shown was not there as long as all went well: what ends a request well did not run, or ran twice.
 */
import { type Exchange, isAccepted } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Mechanism } from '../../../evidence/mechanisms.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { Answering } from './answering.js';
import { type Ending, failing, unharmed } from './bad-endings.js';
import { countStops, firstOf, MOST_WAITS, onStage, overlap, range, unableOnStage } from './on-stage.js';
import { type Place, placeOf } from './place-of-leftover.js';

const TITLE = 'a stranger, and two people at once, after a request that was refused, failed or was given up';
const MECHANISMS: readonly Mechanism[] = ['M2', 'M3', 'M19'];

export const afterAFailure: SuiteCase = {
  title: TITLE,
  mechanisms: MECHANISMS,
  unable: unableOnStage,
  async run(world) {
    const [ada, bob] = await world.people(2);
    return onStage(world, async (stage) => {
      const answering = new Answering();
      const all = world.routes.map((route) => new Aftermath({ world, stage, answering, ada, bob, route }));
      const apart: Aftermath[] = []; // first, as long as nothing has failed: some routes fail whoever asks
      for (const one of all.filter(({ path }) => !world.explained(path)))
        if ((await one.mixedUp()) === null) apart.push(one);
      const probes = await quietRoutes(world, ada);
      for (const endings of [unharmed, failing]) {
        // Whatever is left behind shows from now on, and maybe on another route than the one that failed.
        const found =
          (await firstOf(all, (one) => one.stranger(endings, probes))) ??
          (await firstOf(apart, (one) => one.mixedUp()));
        if (found !== null) return [found];
      }
      answering.tell(world, { title: TITLE, mechanisms: MECHANISMS });
      return [];
    });
  },
};

/** What is found of them without any failure. */
const LEFT_BEHIND: readonly Mechanism[] = ['M1', 'M2', 'M19'];

/** Those on which a stranger is shown nothing of somebody who has just been answered well. */
async function quietRoutes(world: World, ada: Person): Promise<Route[]> {
  const quiet: Route[] = [];
  for (const route of world.safeRoutes.filter(({ path }) => !isShownToStrangers(world, path))) {
    const answered = await ada.ask(world.fresh(route));
    const to = await world.nobody().ask(world.fresh(route));
    const refused = !isAccepted(answered);
    if (refused || world.foreign(to).length === 0) quiet.push(route);
  }
  return quiet;
}

/** By an earlier finding. */
function isShownToStrangers({ known, origin }: World, path: string): boolean {
  const { pathname } = new URL(path, origin);
  return known.some(
    ({ mechanism, receiver, exchanges }) =>
      LEFT_BEHIND.includes(mechanism) &&
      receiver === null &&
      exchanges.some(({ url }) => new URL(url).pathname === pathname),
  );
}

interface Parts {
  readonly world: World;
  readonly stage: Stage;
  readonly answering: Answering;
  readonly ada: Person;
  readonly bob: Person;
  readonly route: Route;
}

class Aftermath {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get path(): string {
    return this.#parts.route.path;
  }

  /** Ends requests badly, and looks what a stranger is then shown. */
  async stranger(endings: typeof failing, probes: readonly Route[]): Promise<NewFinding | null> {
    const { world, stage, answering, ada, route } = this.#parts;
    if (answering.ended) return null;
    for (const ending of await endings(this.#parts)) {
      const of = await ending.end();
      await stage.tidy();
      const found = await this.#strangerAfter(ending, { of, probes });
      if (found !== null) return found;
      await answering.ask(ada, world.fresh(route));
      if (answering.ended) return null;
    }
    return null;
  }

  async #strangerAfter(
    { how, end }: Ending,
    { of, probes }: { readonly of: Exchange | null; readonly probes: readonly Route[] },
  ): Promise<NewFinding | null> {
    const { world, stage, answering } = this.#parts;
    const stranger = world.nobody();
    for (const probe of probes) {
      const to = await answering.ask(stranger, world.fresh(probe));
      const [sighting] = to ? world.foreign(to) : [];
      if (!to || !sighting) continue;
      const place = await placeOf(world, stage, { asker: () => world.nobody(), probe, leave: end });
      const [mechanism, detail] =
        place === 'everywhere' && (await this.#isLeftByRefusal(end, probe)) ? LEFT_IN_IT : CAUSES[place];
      return swapFinding(world, {
        mechanism,
        of: of ?? undefined,
        to,
        sighting,
        detail: `A request ${how}. ${detail}`,
      });
    }
    return null;
  }

  /** Whoever else is answered well takes a user away that was not: it is still there where it is part of something that all use again. */
  async #isLeftByRefusal(end: Ending['end'], probe: Route): Promise<boolean> {
    const { world, answering, bob } = this.#parts;
    const refused = await end();
    if (refused === null || isAccepted(refused)) return false;
    const good = await answering.ask(bob, world.fresh(probe));
    const to = await answering.ask(world.nobody(), world.fresh(probe));
    return good !== null && isAccepted(good) && to !== null && world.foreign(to).length > 0;
  }

  /** Two people at once, both held in the middle; and again, since a reply that is late comes but once. */
  async mixedUp(): Promise<NewFinding | null> {
    const { world, stage, answering, ada, route } = this.#parts;
    if (route.method !== 'GET' || answering.ended) return null;
    const stops = await countStops(stage, ada, world.fresh(route));
    let blocked = 0;
    for (const at of range(stops)) {
      const [found, isBlocked] = await this.#bothHeld(at, stops - 1);
      if (isBlocked && ++blocked === MOST_WAITS) return null;
      if (found !== null && (await this.#bothHeld(at, stops - 1))[0] !== null) return found;
    }
    return null;
  }

  async #bothHeld(at: number, then: number): Promise<readonly [found: NewFinding | null, blocked: boolean]> {
    const { world, stage, ada, bob, route } = this.#parts;
    const pair = await overlap(stage, [ada, world.fresh(route), at], [bob, world.fresh(route), then]);
    const to = [pair.first, pair.second].find((exchange) => exchange && world.foreign(exchange).length > 0);
    const [sighting] = to ? world.foreign(to) : [];
    if (!to || !sighting) return [null, pair.blocked];
    const of = (to === pair.first ? pair.second : pair.first) ?? undefined;
    return [swapFinding(world, { mechanism: 'M2', of, to, sighting, detail: TWICE, at: pair.where }), pair.blocked];
  }
}

const CAUSES: Readonly<Record<Place, readonly [Mechanism, string]>> = {
  connection: [
    'M19',
    'Then a stranger was taken for its user. While others hold all that there is to hold of it, a stranger has to wait: it hangs on ' +
      'something that there is a fixed number of, as connections of a pool.',
  ],
  object: [
    'M2',
    'Then a stranger was shown what is of its user, but not while others hold what that one had held: it is in an object that ' +
      'requests take and give back.',
  ],
  everywhere: [
    'M3',
    'From then on strangers were taken for its user; after requests that ended well they are not. What takes the user away ' +
      'again did not run.',
  ],
};
const LEFT_IN_IT: readonly [Mechanism, string] = [
  'M2',
  'From then on strangers were shown what is of its user, and still after somebody else had been answered well: it is in something that is ' +
    'used for each request, and not wholly cleared in between.',
];
const TWICE =
  'After requests that were refused or failed, two requests at once were mixed up; before, they were not. What they had taken was ' +
  'given back twice, so that both got the same.';
