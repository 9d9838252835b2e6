/** Service tokens on a SQLite file, with a kit on a memory store and a clock that stands still. */
import type { SwapproofEvent } from '../../lib/events.js';
import type { SwapproofOptions } from '../../lib/options.js';
import { memory } from '../../lib/stores/memory.js';
import { sqliteTokens } from '../../lib/stores/sqlite/index.js';
import { swapproof } from '../../lib/swapproof.js';
import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
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

export interface TokenKitOptions extends Partial<Pick<SwapproofOptions, 'secrets' | 'store' | 'requestDeadline'>> {
  readonly storage?: TokenStorage;
  readonly clock?: FakeClock;
  readonly maxAge?: number;
}

export function tokenKit(path: string, options: TokenKitOptions = {}): TokenKit {
  const { secrets = SECRETS.slice(0, 1), store = memory(), clock = fakeClock(), maxAge } = options;
  const seen: SwapproofEvent[] = [];
  const log = (event: SwapproofEvent) => void seen.push(event);
  const sessions = swapproof({ secrets, store, clock, log, requestDeadline: options.requestDeadline ?? 500 });
  const storage = options.storage ?? sqliteTokens(path);
  const tokens = serviceTokens({ sessions, store: storage, prefix: 'acme', ...(maxAge !== undefined && { maxAge }) });
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
