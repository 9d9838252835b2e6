import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

type Job = (done: () => void) => void;

/** A worker that takes one job after another: the next one begins in the context of whoever's job ended. */
class Queue {
  readonly #waiting: Job[] = [];
  #busy = false;

  push(job: Job): void {
    this.#waiting.push(job);
    if (!this.#busy) this.#next();
  }

  #next(): void {
    const job = this.#waiting.shift();
    this.#busy = job !== undefined;
    job?.(() => this.#next());
  }
}

function make(bind: boolean) {
  const current = new AsyncLocalStorage<string | undefined>();
  const queue = new Queue();
  const enter: Handler = (req, _res, next) => current.run(userOf(req), next);
  const app = loginApp({ middleware: [enter] });
  app.get('/report', requireUser, (_req, res) => {
    const job: Job = (done) => {
      setTimeout(() => {
        res.json({ report: `for ${current.getStore()}` });
        done();
      }, 5);
    };
    queue.push(bind ? AsyncResource.bind(job) : job);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M3',
  name: 'AsyncLocalStorage lost in a queue of jobs',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/report'] },
};
