/** The app behind each of the modelled caches, asked by people whose own browsers notice nothing of it. */
import { Client } from '../../evidence/client.js';
import { type Exchange, type Question, valuesOf } from '../../evidence/exchange.js';
import { cacheSim, type RunningCache } from '../cache-sim/cache-sim.js';
import { CACHE_PROFILES, type CacheProfile } from '../cache-sim/profiles.js';
import { RFC_9111 } from '../cache-sim/rules.js';
import type { Person } from '../world/person.js';
import type { World } from '../world/world.js';

/** Beside the thirteen: what the fields are for that only CDNs read. */
const TARGETED: CacheProfile = {
  number: 0,
  name: 'targeted',
  title: 'reads CDN-Cache-Control and Surrogate-Control before Cache-Control',
  incident: 'CDNs that follow RFC 9213, whatever Cache-Control says',
  heedsOrigin: true,
  rules: { ...RFC_9111, targeted: true },
};

const STILL = { elapsed: () => 0 };

/** From the shelf, or with somebody else: the app did not answer this very request. */
const REPLAYED = new Set(['HIT', 'COLLAPSED', 'STALE', 'REVALIDATED']);

export class Front {
  readonly profile: CacheProfile;
  readonly cache: RunningCache;
  readonly #world: World;

  constructor(world: World, cache: RunningCache) {
    this.#world = world;
    this.cache = cache;
    this.profile = cache.profile;
  }

  /** Cookies that come back are not kept: whoever gets a foreign one stays who he is. */
  async ask(person: Person, question: Question): Promise<Exchange> {
    const client = new Client({ origin: this.cache.url });
    const exchange = await client.ask(person.dressed(question), { asker: person.label });
    client.close();
    this.#world.journal.add(exchange);
    return exchange;
  }
}

/** All of them at once, for as long as `use` takes. Time stands still in them: what is kept a second is still there. */
export async function behindCaches<T>(world: World, use: (fronts: readonly Front[]) => Promise<T>): Promise<T> {
  const caches: RunningCache[] = [];
  try {
    for (const profile of [...CACHE_PROFILES, TARGETED]) {
      const sim = cacheSim(profile.number === 0 ? profile.rules : profile.number, { clock: STILL });
      caches.push({ ...(await sim.listen(world.origin)), profile });
    }
    return await use(caches.map((cache) => new Front(world, cache)));
  } finally {
    await Promise.all(caches.map((cache) => cache.close()));
  }
}

/** The cache answered by what it had of another request. */
export function isReplayed({ answer }: Exchange): boolean {
  return REPLAYED.has(outcomeOf({ answer }));
}

export function outcomeOf({ answer }: Pick<Exchange, 'answer'>): string {
  return valuesOf(answer?.headers ?? [], 'x-cache').at(-1) ?? '';
}
