/** A service worker, run in a modelled browser: what it answers in place of the app. */
import type { ModelledBrowser } from './modelled-browser.js';

type Handler = (event: object) => unknown;

export class ServiceWorkerModel {
  readonly #handlers = new Map<string, Handler[]>();
  readonly #browser: ModelledBrowser;
  readonly #context: object;

  constructor(browser: ModelledBrowser, path: string) {
    this.#browser = browser;
    const ready = async () => {};
    this.#context = browser.context(path, {
      addEventListener: (type: string, handler: Handler) => {
        this.#handlers.set(type, [...(this.#handlers.get(type) ?? []), handler]);
      },
      skipWaiting: ready,
      clients: { claim: ready, matchAll: async () => [] },
      registration: { scope: `${browser.origin}/` },
    });
  }

  async start(source: string): Promise<void> {
    await this.#browser.run(source, this.#context);
    for (const type of ['install', 'activate']) await this.#dispatch(type, {});
  }

  /** As when the address is typed in: the worker's answer, or null where it leaves that to the network. */
  async visit(path: string): Promise<string | null> {
    const request = new Request(new URL(path, this.#browser.origin));
    Object.defineProperties(request, { mode: { value: 'navigate' }, destination: { value: 'document' } });
    let answer: Promise<Response> | null = null;
    await this.#dispatch('fetch', {
      request,
      respondWith: (given: Promise<Response>) => {
        answer = Promise.resolve(given);
      },
    });
    if (answer === null) return null;
    return (answer as Promise<Response>).then(
      (response) => response.text(),
      () => null,
    );
  }

  async #dispatch(type: string, event: object): Promise<void> {
    const waits: unknown[] = [];
    const property: unknown = Reflect.get(this.#context, `on${type}`);
    const handlers = [
      ...(this.#handlers.get(type) ?? []),
      ...(typeof property === 'function' ? [property as Handler] : []),
    ];
    for (const handler of handlers) {
      try {
        handler({ ...event, type, waitUntil: (promise: unknown) => waits.push(promise) });
      } catch {
        // What it needed is not modelled.
      }
    }
    await Promise.allSettled(waits);
  }
}
