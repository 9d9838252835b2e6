/**
 * What people send, and where it lands: one sends something and is held in the middle, or is done and its job has still to run, while
 * another asks or sends the same. Then both look at their pages, and so does the post. In turn, each with time for jobs, all had landed
 * where it belongs.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Mechanism } from '../../../evidence/mechanisms.js';
import { comesSoon } from '../../inside/stage.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import { wrongMail } from './misdelivered.js';
import { countStops, onStage, openRoutes, range, type TwoOnStage, unableOnStage } from './on-stage.js';

/** Milliseconds in which a queue is worked off. */
const LATER = 300;
/** Each takes a second or two. */
const MOST_ROUTES = 5;
/** Whoever is taken for another on pages is that here as well. */
const EXPLAINED: readonly Mechanism[] = ['M1', 'M3'];

export const jobsOfTwo: SuiteCase = {
  title: 'what two people send at once, and where it lands',
  mechanisms: ['M1', 'M29'],
  unable: unableOnStage,
  async run(world) {
    if (world.known.some(({ mechanism }) => EXPLAINED.includes(mechanism))) return [];
    const [ada, bob] = await world.people(2);
    return onStage(world, async (stage) => {
      const sent = openRoutes(world, world.routes).filter(({ method }) => method !== 'GET' && method !== 'HEAD');
      for (const route of sent.slice(0, MOST_ROUTES)) {
        const found = await new Jobs({ world, stage, ada, bob, route }).run();
        if (found !== null) return [found];
      }
      return [];
    });
  },
};

class Jobs {
  readonly #parts: TwoOnStage;
  #seen: number;

  constructor(parts: TwoOnStage) {
    this.#parts = parts;
    this.#seen = parts.world.mails.length;
  }

  async run(): Promise<NewFinding | null> {
    const { world, stage, ada, route } = this.#parts;
    if (await this.#mixedUpInTurn()) return null;
    const stops = await countStops(stage, ada, route);
    await this.#look(null, SENT);
    for (const [passing, cause] of [
      [world.safeRoutes, ASKED],
      [[route], SENT],
    ] as const) {
      for (const at of range(stops)) {
        const found = await this.#whileHeld(at, passing, cause);
        if (found !== null) return found;
      }
    }
    return this.#bothAndLater();
  }

  /** Then it is no matter of jobs: a chat shows everybody what all have sent. */
  async #mixedUpInTurn(): Promise<boolean> {
    const { ada, bob, route } = this.#parts;
    for (const person of [ada, bob]) {
      const answered = await person.ask(route);
      await pause(LATER);
      if (this.#answeredWrongly([answered]) !== null) return true;
      if ((await this.#look(answered, SENT)) !== null) return true;
    }
    return false;
  }

  /** One is held at a stop while the other asks for all of these. */
  async #whileHeld(at: number, passing: readonly Route[], cause: Cause): Promise<NewFinding | null> {
    const { stage, ada, bob, route } = this.#parts;
    const held = await stage.hold(at, () => ada.ask(route));
    const answers: Promise<Exchange>[] = [];
    for (const other of passing) {
      answers.push(bob.ask(other));
      if (!(await comesSoon(answers.at(-1) as Promise<Exchange>))) break; // it waits for the first
    }
    const of = await held.end();
    const answered = await Promise.all(answers);
    await stage.tidy();
    const found =
      this.#answeredWrongly([...(of ? [of] : []), ...answered]) ?? (await this.#look(of ?? answered[0] ?? null, cause));
    return found && { ...found, at: held.stop?.where ?? null };
  }

  /** Whatever works off what was sent has time to, in the name of whoever came first or last. */
  async #bothAndLater(): Promise<NewFinding | null> {
    const { ada, bob, route } = this.#parts;
    const answered = await Promise.all([ada.ask(route), bob.ask(route)]);
    await pause(LATER);
    return this.#answeredWrongly(answered) ?? this.#look(answered[0], SENT);
  }

  /** What is answered to one holds what the other had sent. */
  #answeredWrongly(exchanges: readonly Exchange[]): NewFinding | null {
    const { world } = this.#parts;
    for (const to of exchanges.filter(({ question }) => !world.explained(question.path))) {
      const [sighting] = world.foreign(to);
      const of = exchanges.find(({ asker }) => asker === sighting?.owner);
      if (sighting) return swapFinding(world, { mechanism: 'M1', of, to, sighting, detail: ANSWERED });
    }
    return null;
  }

  /** Mails since the last look, and the pages of both. */
  async #look(of: Exchange | null, [mechanism, detail]: Cause): Promise<NewFinding | null> {
    const { world, bob, ada } = this.#parts;
    const mails = world.mails.slice(this.#seen);
    this.#seen = world.mails.length;
    const misdelivered = of && wrongMail(world, of, mails, detail);
    if (misdelivered) return misdelivered;
    for (const probe of openRoutes(world, world.safeRoutes)) {
      for (const person of [bob, ada]) {
        const to = await person.ask(world.fresh(probe));
        const [sighting] = world.foreign(to);
        if (sighting) return swapFinding(world, { mechanism, of: of ?? undefined, to, sighting, detail });
      }
    }
    return null;
  }
}

type Cause = readonly [mechanism: Mechanism, detail: string];

const ASKED: Cause = [
  'M1',
  'What one had sent was under way while the other asked for pages. It landed with the other: both use the same variable.',
];
const ANSWERED =
  'What one had sent was under way while the other came, and one of the answers holds what is of the other; in turn each was answered with ' +
  'what is theirs: both use the same variable.';
const SENT: Cause = [
  'M29',
  'Both had sent the same at once, each what is their own; in turn it had landed where it belongs. What delivers it asks who is ' +
    'there at the time, or is shared by both: the job must carry whose it is.',
];
