/**
 * As much of a browser as a script needs that keeps something of its user: storage that outlives the page, `fetch`, a cache for a
 * service worker, and a document that takes anything and remembers the text it was given. It runs the app's own scripts in this
 * process, and only for an app that runs in it as well.
 */
import { promiseHooks } from 'node:v8';
import { createContext, runInContext } from 'node:vm';

/** Sends a request as whoever uses the browser now. */
export type Fetches = (method: string, path: string, body: string | undefined) => Promise<Response>;

/** Milliseconds that a script may keep the process, and that its promises are waited for. */
const LONGEST_RUN = 500;
const PATIENCE = 150;

export type Listener = (event: unknown) => unknown;

export class ModelledBrowser {
  readonly origin: string;
  readonly local = new Map<string, string>();
  readonly session = new Map<string, string>();
  readonly caches = new Map<string, Map<string, Response>>();
  #fetches: Fetches;
  #users = 1;

  constructor(origin: string, fetches: Fetches) {
    this.origin = origin;
    this.#fetches = fetches;
  }

  /** Somebody else sits down at it. */
  usedBy(fetches: Fetches): void {
    this.#fetches = fetches;
    this.#users++;
  }

  /** In the place of a text that a script reads from a page, which is not modelled: it may name who is there. */
  get unread(): string {
    return `unread-${this.#users}`;
  }

  get stored(): string {
    return [...this.local.values(), ...this.session.values()].join('\n');
  }

  clearStorage(): void {
    for (const store of [this.local, this.session, this.caches]) store.clear();
  }

  async fetch(input: unknown, init: { readonly method?: string; readonly body?: unknown } = {}): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : String(input), this.origin);
    if (url.origin !== this.origin) throw new TypeError('Another site is not asked.');
    const method = init.method ?? (input instanceof Request ? input.method : 'GET');
    const body = init.body === undefined ? undefined : String(init.body);
    return this.#fetches(method.toUpperCase(), `${url.pathname}${url.search}`, body);
  }

  /** What a script finds in every kind of page or worker, with `more`. It is never let down by a missing name of these. */
  context(path: string, more: Record<string, unknown>): object {
    const silent = () => {};
    const globals: Record<string, unknown> = {
      ...{
        URL,
        URLSearchParams,
        Request,
        Response,
        Headers,
        Blob,
        TextEncoder,
        TextDecoder,
        AbortController,
        structuredClone,
      },
      ...{ queueMicrotask, clearTimeout, atob, btoa, crypto, performance },
      setTimeout: (run: () => void, after?: number) => setTimeout(run, Math.min(after ?? 0, PATIENCE)).unref(),
      setInterval: () => 0,
      clearInterval: silent,
      console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
      location: new URL(path, this.origin),
      fetch: (input: unknown, init?: object) => this.fetch(input, init),
      caches: this.#cacheStorage(),
      ...more,
    };
    globals.self = globals;
    return createContext(globals);
  }

  /** A script that throws has done what it could until then. */
  async run(source: string, context: object): Promise<void> {
    await withoutRejections(async () => {
      try {
        runInContext(source, context, { timeout: LONGEST_RUN });
      } catch {
        // What it needed is not modelled.
      }
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    });
  }

  #cacheStorage() {
    const open = async (name: string) => {
      const kept = this.caches.get(name) ?? new Map<string, Response>();
      this.caches.set(name, kept);
      return this.#cache(kept);
    };
    return {
      open,
      match: async (request: unknown) => {
        for (const kept of this.caches.values()) {
          const found = await this.#cache(kept).match(request);
          if (found) return found;
        }
        return undefined;
      },
      has: async (name: string) => this.caches.has(name),
      keys: async () => [...this.caches.keys()],
      delete: async (name: string) => this.caches.delete(name),
    };
  }

  #cache(kept: Map<string, Response>) {
    const keyOf = (request: unknown) =>
      new URL(request instanceof Request ? request.url : String(request), this.origin).href;
    const add = async (request: unknown) => void kept.set(keyOf(request), await this.fetch(request));
    return {
      match: async (request: unknown) => kept.get(keyOf(request))?.clone(),
      put: async (request: unknown, response: Response) => void kept.set(keyOf(request), response),
      add,
      addAll: async (requests: readonly unknown[]) => void (await Promise.all(requests.map(add))),
      delete: async (request: unknown) => kept.delete(keyOf(request)),
      keys: async () => [...kept.keys()].map((url) => new Request(url)),
    };
  }
}

/**
 * A script's rejections are its own: they must end neither the process nor a test. Whatever promise is made meanwhile counts as
 * handled, since a test runner hears of the others whoever else listens.
 */
async function withoutRejections(work: () => Promise<void>): Promise<void> {
  let handling = false;
  const stop = promiseHooks.onInit((promise) => {
    if (handling) return;
    handling = true;
    Promise.prototype.then.call(promise, undefined, () => {});
    handling = false;
  }) as () => void;
  try {
    await work();
  } finally {
    stop();
  }
}
