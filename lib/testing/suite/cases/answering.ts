/**
 * Whether the app goes on answering. What the suite has made to fail may have kept what all others wait for, as a connection of a
 * small pool: whoever then waits for each answer learns nothing, and takes minutes.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import { comesSoon, LONG } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

export class Answering {
  #ended = false;

  /** The app has not answered once: nothing more can be learned of it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Null where no answer came in time. */
  async ask(person: Person, route: Route): Promise<Exchange | null> {
    if (this.#ended) return null;
    const leaving = new AbortController();
    const asked = person.ask(route, { signal: leaving.signal });
    const came = await comesSoon(asked, LONG);
    leaving.abort();
    this.#ended ||= !came;
    return came ? asked : null;
  }

  /** For the report, if the case was cut short. */
  tell({ remark }: World, { title, mechanisms }: Pick<SuiteCase, 'title' | 'mechanisms'>): void {
    if (this.#ended) remark({ what: `the rest of: ${title}`, mechanisms, why: SILENT });
  }
}

const SILENT =
  'the app did not answer any more after a request that was made to fail; what failed must give back what it had taken, as a connection';
