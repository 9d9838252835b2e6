/** The worlds that the crowd meets behind a cache, and what it must find in each: from what the cache is known to do. */
import type { CacheConfiguration, CacheKind } from '../helpers/caches.js';

export interface World {
  readonly cache: CacheKind;
  readonly configuration: CacheConfiguration;
  readonly guarded: boolean;
}

/** Whether the crowd meets any. */
export interface Expected {
  readonly foreignBodies: boolean;
  /** Users become other users: in what the app makes and keeps for them too. */
  readonly swaps: boolean;
  readonly suspected: boolean;
}

const NOTHING: Expected = { foreignBodies: false, swaps: false, suspected: false };

export function worldsBehind(cache: CacheKind): World[] {
  return (['careless', 'good'] as const).flatMap((configuration) =>
    [false, true].map((guarded) => ({ cache, configuration, guarded })),
  );
}

export function expectedIn({ cache, configuration, guarded }: World): Expected {
  const { careless, sharesByDefault } = cache;
  if (configuration === 'good') {
    const shares = !guarded && sharesByDefault;
    return { ...NOTHING, foreignBodies: shares, swaps: shares };
  }
  if (!guarded) return { foreignBodies: true, swaps: careless.cookies, suspected: false };
  // No header of an origin keeps such a cache from replaying bodies, but for a Vary that it honours.
  const replays = !careless.honoursVary;
  return { foreignBodies: replays, swaps: false, suspected: replays && careless.cookies };
}

export function nameOf({ configuration, guarded }: World): string {
  return `${guarded ? 'swapproof' : 'express-session'} behind a ${configuration} configuration`;
}
