/** An origin whose answers a test writes, behind one of the modelled caches. Time passes by hand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Client } from '../../lib/evidence/client.js';
import { type Exchange, type HeaderLine, valuesOf } from '../../lib/evidence/exchange.js';
import { cacheSim, type RunningCache } from '../../lib/testing/cache-sim/cache-sim.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

export interface BehindCache {
  readonly cache: RunningCache;
  /** Of the requests that the origin got, in order. */
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  /** `200 1`: status and body; bodies are the number of the request unless the origin writes another. */
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<string>;
  ask(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Exchange>;
  pass(seconds: number): void;
  close(): Promise<void>;
}

type Writes = (req: IncomingMessage, res: ServerResponse, number: number) => unknown;

/** @param answer sets headers, and may end the response itself */
export async function behindCache(profile: Parameters<typeof cacheSim>[0], answer: Writes): Promise<BehindCache> {
  const clock = fakeClock();
  const seen: BehindCache['seen'] = [];
  const cache = await cacheSim(profile, { clock }).listen((req: IncomingMessage, res: ServerResponse) => {
    seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers });
    answer(req, res, seen.length);
    if (!res.writableEnded) res.end(String(seen.length));
  });
  const client = new Client({ origin: cache.url });
  const ask: BehindCache['ask'] = (path, headers = {}, method = 'GET') => {
    return client.ask({ method, path, headers: Object.entries(headers) });
  };
  return {
    cache,
    seen,
    ask,
    async get(path, headers, method) {
      const { answer: got } = await ask(path, headers, method);
      return `${got?.status} ${got?.body}`;
    },
    pass: (seconds) => clock.advance(seconds * 1000),
    close: () => cache.close(),
  };
}

export function header({ answer }: Exchange, name: string): string | undefined {
  return valuesOf(answer?.headers ?? ([] as HeaderLine[]), name)[0];
}
