/**
 * What is asked, in which order, by whom: data, made of a seed. The same seed and the same options give the same plan; what
 * is fetched besides, as a page's scripts, is up to the app.
 */
import type { Mechanism } from '../../evidence/mechanisms.js';
import { type Random, randomFrom } from '../../evidence/random.js';

/** A browser by its number; null is somebody without a session. */
export type Who = number | null;

export interface Ask {
  readonly who: Who;
  /** A route by its number. */
  readonly route: number;
  /** Asked under a query of its own. Null: under the plain URL. */
  readonly fresh: string | null;
}

export interface Step {
  readonly kind: StepKind;
  readonly asks: readonly Ask[];
  /** Of 'abort': where the first request is given up. */
  readonly cut: Cut;
}

/** After so many bytes of the answer, or after so many milliseconds, while the app is still at work. */
export type Cut = { readonly bytes: number } | { readonly milliseconds: number };

export interface PlanOptions {
  readonly browsers: number;
  readonly routes: number;
  readonly requests: number;
  /** Requests of several browsers on one connection make sense: nothing stands in front of the app. */
  readonly direct: boolean;
  /** Browsers can log in again. */
  readonly logins: boolean;
}

/** What each kind is, in the report's words, what it could find, and how often it is drawn. */
export const STEPS = {
  page: { what: 'a page and its scripts, styles and images', weight: 22, mechanisms: ['M11', 'M12', 'M26'] },
  'same-url': { what: 'a burst on one URL', weight: 18, mechanisms: ['M1', 'M5', 'M9', 'M11', 'M12', 'M26'] },
  'other-urls': { what: 'a burst on different URLs', weight: 14, mechanisms: ['M1', 'M2', 'M5', 'M26'] },
  turn: { what: 'one URL by one user after another', weight: 14, mechanisms: ['M6', 'M11', 'M12', 'M13'] },
  socket: { what: 'several users in turn on one connection', weight: 8, mechanisms: ['M3', 'M18', 'M19'] },
  pipeline: { what: 'two users in one packet on one connection', weight: 8, mechanisms: ['M1', 'M3', 'M18'] },
  abort: { what: 'an answer cut off, then another user', weight: 5, mechanisms: ['M3', 'M16', 'M18'] },
  head: { what: 'HEAD, then GET by another user', weight: 4, mechanisms: ['M13', 'M18'] },
  conditional: { what: 'GET again with If-None-Match', weight: 3, mechanisms: ['M11', 'M13'] },
  doubled: { what: 'doubled cookies of one user after another', weight: 3, mechanisms: ['M7'] },
  login: { what: 'a new login', weight: 1, mechanisms: ['M12', 'M22'] },
} as const satisfies Record<string, { what: string; weight: number; mechanisms: readonly Mechanism[] }>;

export type StepKind = keyof typeof STEPS;

const ON_ONE_CONNECTION: readonly StepKind[] = ['socket', 'pipeline'];
const LARGEST_BURST = 6;
const LATEST_CUT = { bytes: 2_000, milliseconds: 30 };
const FRESH_LETTERS = 8;

export function makePlan(seed: string, options: PlanOptions): Step[] {
  const random = randomFrom(seed).fork('plan');
  const kinds = drawn(options);
  const steps: Step[] = [];
  for (let asked = 0; asked < options.requests; ) {
    const step = newStep(random.pick(kinds) ?? 'page', random, options);
    steps.push(step);
    asked += step.asks.length;
  }
  return steps;
}

/** Each kind as often as it weighs. */
function drawn({ direct, logins, browsers }: PlanOptions): readonly StepKind[] {
  return (Object.keys(STEPS) as StepKind[])
    .filter((kind) => (direct || !ON_ONE_CONNECTION.includes(kind)) && (kind !== 'login' || (logins && browsers > 0)))
    .flatMap((kind) => Array<StepKind>(STEPS[kind].weight).fill(kind));
}

function newStep(kind: StepKind, random: Random, { browsers, routes }: PlanOptions): Step {
  const fresh = random.below(3) > 0 ? random.word(FRESH_LETTERS) : null;
  const route = random.below(routes);
  const people = random.shuffle(Array.from({ length: browsers }, (_none, index) => index));
  const ask = (who: Who = null, of = fresh): Ask => ({ who, route, fresh: of });
  const burst = 2 + random.below(LARGEST_BURST - 1);
  const cut =
    random.below(2) === 0
      ? { bytes: random.below(LATEST_CUT.bytes) }
      : { milliseconds: 1 + random.below(LATEST_CUT.milliseconds) };
  const [first = null, second = null] = people;
  /** Now and then somebody without a session among them. */
  const some: Who[] = random.below(4) === 0 ? [...people.slice(0, burst - 1), null] : people.slice(0, burst);
  const asks: Record<StepKind, () => Ask[]> = {
    page: () => [ask(first, null)],
    'same-url': () => some.map((who) => ask(who)),
    'other-urls': () => some.map((who) => ask(who, random.word(FRESH_LETTERS))),
    turn: () => [ask(first), ask(second), ask(null)],
    socket: () => [ask(first), ask(null), ask(second)],
    pipeline: () => [ask(first), ask(second)],
    abort: () => [ask(first), ask(second)],
    head: () => [ask(first), ask(second)],
    conditional: () => [ask(first), ask(first)],
    doubled: () => [ask(first), ask(second), ask(null)],
    login: () => [ask(first)],
  };
  return { kind, cut, asks: asks[kind]() };
}
