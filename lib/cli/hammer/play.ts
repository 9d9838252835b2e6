/** Plays the plan: as many steps at once as there are browsers, until it is over, the time is up or somebody interrupts. */
import { setTimeout as passed } from 'node:timers/promises';
import type { Exchange } from '../../evidence/exchange.js';
import { counted } from '../../evidence/text/words.js';
import { placeOf, wasRefused } from './journal.js';
import { DEFAULTS } from './options.js';
import type { Step, StepKind } from './plan.js';
import type { Run } from './run.js';
import { take } from './steps.js';

export interface Played {
  /** Requests of each kind of step. */
  readonly requests: ReadonlyMap<StepKind, number>;
  readonly ended: 'complete' | 'time is up' | 'interrupted';
}

/** Waits after a refusal, doubled with each further one in a row. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 2_000;
/** Of the requests. */
const MOST_NEW_LOGINS = 0.1;

export async function play(run: Run, steps: readonly Step[]): Promise<Played> {
  const { options, crew } = run;
  const timeUp = performance.now() + (options.seconds ?? DEFAULTS.seconds) * 1000;
  const most = options.requests ?? DEFAULTS.requests;
  const requests = new Map<StepKind, number>();
  const pace = new Pace();
  const backIn = new BackIn(run, most);
  let [next, asked] = [0, 0];
  const isOver = () => next >= steps.length || asked >= most;
  const isStopped = () => options.signal?.aborted === true || performance.now() > timeUp;
  const worker = async () => {
    while (!isOver() && !isStopped()) {
      const step = steps[next++] as Step;
      const exchanges = await take(run, step);
      asked += exchanges.length;
      requests.set(step.kind, (requests.get(step.kind) ?? 0) + exchanges.length);
      options.onProgress?.(Math.min(asked, most), most, findings(run));
      await backIn.after(step, exchanges);
      await pace.after(exchanges, options.signal);
    }
  };
  await Promise.all(crew.browsers.map(worker));
  if (options.signal?.aborted) return { requests, ended: 'interrupted' };
  return { requests, ended: isOver() ? 'complete' : 'time is up' };
}

/** Slows down while the app asks for it. */
class Pace {
  #wait = 0;

  async after(exchanges: readonly Exchange[], signal?: AbortSignal): Promise<void> {
    const refused = exchanges.some(wasRefused);
    this.#wait = refused ? Math.min(LONGEST_WAIT, Math.max(FIRST_WAIT, this.#wait * 2)) : 0;
    if (this.#wait > 0) await passed(this.#wait, undefined, { signal }).catch(() => {});
  }
}

/** Logs browsers in again that were logged out, so that the rest of the plan is asked by somebody. */
class BackIn {
  readonly #run: Run;
  #left: number;

  constructor(run: Run, requests: number) {
    this.#run = run;
    this.#left = Math.ceil(requests * MOST_NEW_LOGINS);
  }

  async after({ asks }: Step, exchanges: readonly Exchange[]): Promise<void> {
    const { crew, options } = this.#run;
    for (const { who, route } of asks) {
      const account = who === null ? null : crew.browsers[who]?.account;
      const label = options.routes[route]?.label ?? '';
      const isOut = exchanges.some((one) => one.asker === account?.label && this.#isOut(one, label));
      if (who === null || !account || !isOut || !crew.logsIn || this.#left-- <= 0) continue;
      await crew.again(account, who);
    }
  }

  /** Answered as a stranger is, where the same route has told before who asked. */
  #isOut(exchange: Exchange, label: string): boolean {
    const { judge } = this.#run;
    const { answer, question } = exchange;
    const place = placeOf(exchange);
    if (answer === null || answer.status < 300 || answer.status > 403 || answer.status === 304) return false;
    return question.method === 'GET' && judge.telling.has(place) && label.startsWith(place);
  }
}

function findings({ judge, crew }: Run): string {
  const found = [...judge.groups.values()].reduce((sum, { count }) => sum + count, 0);
  return `${counted(crew.browsers.length, 'browser')}, ${counted(found, 'swap')}`;
}
