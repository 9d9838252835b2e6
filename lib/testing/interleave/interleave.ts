/**
 * Searches the places at which one request can be interrupted by another: at each of them request A is held, request B
 * passes completely, A goes on, and what both answered is checked.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { now } from './core.js';
import { type Entrance, Host, serve } from './host.js';
import {
  assertOptions,
  type InterleaveFinding,
  type InterleaveOptions,
  type InterleaveReport,
  limitsOf,
} from './options.js';
import { PairRun, type Search } from './pair-run.js';
import { performPipelined } from './pipelined.js';
import { StopBook } from './stop-book.js';
import { watching } from './watch.js';

const REQUIRED = ['app', 'a', 'b', 'check'];
const KNOWN = ['before', 'maxStops', 'waitForB', 'answerWithin', 'searchFor', 'pipelining'];

/**
 * For tests: while it runs, promises, timers, fs, dns and crypto of the whole process are patched; afterwards they are what
 * they were. It finds what needs nothing but awaits of native promises and patched callbacks, in the app and in its
 * dependencies; wrap stores that call back with `gateStore()`.
 * @returns a promise of the report. It rejects with what `a`, `b`, `before` or the app itself throws, and with TestingError:
 *   ERR_INVALID_ARGUMENT, ERR_TESTING_IN_PRODUCTION, ERR_INTERLEAVE_RUNNING for a second search at a time,
 *   ERR_INTERLEAVE_UNFINISHED where a request is not answered.
 */
export async function interleave<A, B = A>(options: InterleaveOptions<A, B>): Promise<InterleaveReport<A, B>> {
  assertOptions('interleave()', options, REQUIRED, KNOWN);
  const limits = limitsOf('interleave()', options);
  const book = new StopBook();
  return watching(
    'interleave',
    [options.app, options.a, options.b],
    (where) => book.lose(where),
    async () => {
      const host = new Host();
      try {
        const doors = {
          plain: await host.open(byItself(options.app)),
          a: await host.open(nobody),
          b: await host.open(nobody),
        };
        return await searched({ options, limits, doors, book }, host);
      } finally {
        await host.close();
      }
    },
  );
}

/** Requests of `before` and `check`, and whatever follows a redirect. */
export function byItself(app: RequestListener): Entrance['handle'] {
  return (req, res) =>
    serve(app, { req, res }, null, (error) => {
      throw error;
    });
}

/** Between runs: a client that comes once more. */
export function nobody(_req: IncomingMessage, res: ServerResponse): void {
  res.destroy();
}

async function searched<A, B>(search: Search<A, B>, host: Host): Promise<InterleaveReport<A, B>> {
  const { options, limits, doors, book } = search;
  const findings: InterleaveFinding<A, B>[] = [];
  const begun = now();
  let runs = 0;
  const judged = async (run: PairRun<A, B>, pipelined: boolean) => {
    await options.before?.({ url: doors.plain.url });
    const answers = await (pipelined ? performPipelined(run, search, host) : run.perform()).finally(() => run.close());
    if (answers === null) return null;
    runs++;
    const problem = await problemOf(() => options.check({ ...answers, url: doors.plain.url }));
    if (problem !== null) findings.push({ ...answers, problem, pipelined });
    return answers;
  };
  const isOver = () => runs >= limits.maxStops || now() - begun >= limits.searchFor;
  // The last run holds nothing, so it also says whether `check` is content with two requests one after the other.
  for (let more = true; more; ) {
    const run = new PairRun(search, !isOver());
    const answers = await judged(run, false);
    more = answers?.stop != null || (run.learned && !isOver());
  }
  if (options.pipelining ?? true) await judged(new PairRun(search, false), true);
  book.close(isOver());
  const { stops, pipelining, uncontrolled, lost } = book;
  return { ok: findings.length === 0, findings, stops, pipelining, uncontrolled, lost, runs };
}

/** What `check` says, or what it throws, as `expect()` does. */
export async function problemOf(check: () => unknown): Promise<string | null> {
  try {
    const said = await check();
    return typeof said === 'string' && said !== '' ? said : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
