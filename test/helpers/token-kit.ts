/** Service tokens on a SQLite file, with a kit on a memory store and a clock that stands still. */
import type { SwapproofEvent } from '../../lib/events.js';
import type { SwapproofOptions } from '../../lib/options.js';
import { memory } from '../../lib/stores/memory.js';
import { sqliteTokens } from '../../lib/stores/sqlite/index.js';
import { swapproof } from '../../lib/swapproof.js';
import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
import type { ServiceTokensOptions } from '../../lib/tokens/options.js';
import { type ServiceTokens, serviceTokens } from '../../lib/tokens/service-tokens.js';
import type { TokenStorage } from '../../lib/tokens/token-store.js';
import { SECRETS } from './tokens.js';

export const DAY = 24 * 3_600_000;

export interface TokenKit {
  readonly tokens: ServiceTokens;
  readonly sessions: ReturnType<typeof swapproof>;
  readonly clock: FakeClock;
  readonly seen: SwapproofEvent[];
  close(): Promise<void>;
}

export interface TokenKitOptions
  extends Partial<Pick<SwapproofOptions, 'secrets' | 'store' | 'requestDeadline' | 'revokeDeadline'>>,
    Partial<Pick<ServiceTokensOptions, 'maxAge' | 'cacheEntries'>> {
  readonly storage?: TokenStorage;
  readonly clock?: FakeClock;
}

export function tokenKit(path: string, options: TokenKitOptions = {}): TokenKit {
  const { storage = sqliteTokens(path), clock = fakeClock(), maxAge = 60_000, cacheEntries = 100, ...kit } = options;
  const seen: SwapproofEvent[] = [];
  const log = (event: SwapproofEvent) => void seen.push(event);
  const sessions = swapproof({ secrets: SECRETS.slice(0, 1), store: memory(), clock, log, ...kit });
  const tokens = serviceTokens({ sessions, store: storage, prefix: 'acme', maxAge, cacheEntries });
  return {
    tokens,
    sessions,
    clock,
    seen,
    async close() {
      await tokens.close();
      await sessions.close();
    },
  };
}

/** Kits that are closed after each test. */
export function tokenKits(): (path: string, options?: TokenKitOptions) => TokenKit {
  const open: TokenKit[] = [];
  afterEach(async () => {
    for (const kit of open.splice(0)) await kit.close();
  });
  return (path, options) => {
    const kit = tokenKit(path, options);
    open.push(kit);
    return kit;
  };
}

export const DEPLOY = { owner: 'ci', scopes: ['deploy'], expiresIn: '90d' } as const;
