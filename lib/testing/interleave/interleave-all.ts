/**
 * The same search for more than two requests, of which there are too many orders to try all: fast-check chooses some, and
 * makes the one that fails as simple as it can.
 */
import type { FindingOfAll, InterleaveAllOptions, InterleaveAllReport, OutcomeOfAll } from './all-options.js';
import { type Checked, type ChoiceSearch, loadFastCheck, searchChoices } from './fast-check.js';
import { Host } from './host.js';
import { byItself, nobody, problemOf } from './interleave.js';
import { assertOptions, type Limits, limitsOf, refuse } from './options.js';
import { ScheduledRun, type SearchOfAll } from './scheduled-run.js';
import { StopBook } from './stop-book.js';
import { watching } from './watch.js';

const OWNER = 'interleaveAll()';
const KNOWN = ['requests', 'before', 'runs', 'seed', 'path', 'waitForOthers', 'answerWithin', 'searchFor', 'fastCheck'];
const RUNS = 100;
const WAIT_FOR_OTHERS = 50;
/** Stops of each request about which a list can say something. */
const POINTS_EACH = 12;

/**
 * As `interleave()`, for two requests or more. Needs fast-check.
 * @returns a promise of the report. It rejects as `interleave()` does, and with TestingError ERR_TESTING_DEPENDENCY if
 *   fast-check is not installed.
 */
export async function interleaveAll<T>(options: InterleaveAllOptions<T>): Promise<InterleaveAllReport<T>> {
  assertOptions(OWNER, options, ['app', 'check'], KNOWN);
  const { requests, runs = RUNS, waitForOthers = WAIT_FOR_OTHERS } = options;
  if (!Array.isArray(requests) || requests.length < 2 || requests.some((send) => typeof send !== 'function')) {
    refuse(`${OWNER}: requests takes two functions or more.`);
  }
  const limits = limitsOf(OWNER, { ...options, waitForB: waitForOthers, maxStops: runs });
  const book = new StopBook();
  return watching(
    'interleaveAll',
    [options.app, ...requests],
    (where) => book.lose(where),
    async () => {
      const host = new Host();
      try {
        const plain = await host.open(byItself(options.app));
        const doors = await Promise.all(requests.map(() => host.open(nobody)));
        const fastCheck = await loadFastCheck(options.fastCheck);
        const search = new Search({ options, limits, doors, book }, plain.url);
        const checked = await searchChoices(fastCheck, choicesOf(options, limits), (choices) => search.run(choices));
        return search.report(checked);
      } finally {
        await host.close();
      }
    },
  );
}

function choicesOf<T>(
  { requests, seed, path }: InterleaveAllOptions<T>,
  { maxStops, searchFor }: Limits,
): ChoiceSearch {
  const among = requests.length;
  return { among, points: among * POINTS_EACH, runs: maxStops, seed, path, milliseconds: searchFor };
}

class Search<T> {
  readonly #search: SearchOfAll<T>;
  readonly #url: string;
  #finding: FindingOfAll<T> | null = null;
  #broken: { readonly error: unknown } | null = null;

  constructor(search: SearchOfAll<T>, url: string) {
    this.#search = search;
    this.#url = url;
  }

  /** Rejects if something is wrong with this order; from then on with whatever broke the search itself. */
  async run(choices: readonly number[]): Promise<void> {
    if (this.#broken !== null) throw this.#broken.error;
    const { options } = this.#search;
    const outcome = await this.#perform(choices).catch((error: unknown) => {
      this.#broken = { error };
      throw error;
    });
    const problem = await problemOf(() => options.check(outcome));
    if (problem === null) return;
    this.#finding = { ...outcome, problem };
    throw new Error(problem);
  }

  async #perform(choices: readonly number[]): Promise<OutcomeOfAll<T>> {
    await this.#search.options.before?.({ url: this.#url });
    const run = new ScheduledRun(this.#search, choices);
    const answers = await run.perform().finally(() => run.close());
    return { answers, order: run.order, url: this.#url };
  }

  report({ numRuns, seed, counterexamplePath, interrupted }: Checked): InterleaveAllReport<T> {
    if (this.#broken !== null) throw this.#broken.error;
    const { book } = this.#search;
    if (interrupted) book.leave(OWNER, 'searchFor came before all runs were made');
    const { stops, uncontrolled, lost } = book;
    const finding = this.#finding;
    return { ok: finding === null, finding, seed, path: counterexamplePath, stops, uncontrolled, lost, runs: numRuns };
  }
}
