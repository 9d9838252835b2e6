import { systemClock } from '../../lib/clock.js';
import { Events, type SwapproofEvent } from '../../lib/events.js';
import { Replica } from '../../lib/revocation/replica.js';
import { Revoker } from '../../lib/revocation/revoker.js';
import type { OpenStore } from '../../lib/stores/store.js';

/** What a kit has of a store: its replica and revoker, by the system's clock. */
export interface LogKit {
  readonly replica: Replica;
  readonly revoker: Revoker;
  readonly registry: OpenStore['registry'];
  readonly events: SwapproofEvent[];
  close(): Promise<void>;
}

export function logKit({ log, registry, close }: OpenStore, deadline = 10_000): LogKit {
  const clock = systemClock();
  const events = new Events();
  const seen: SwapproofEvent[] = [];
  events.on('*', (event) => event.code !== 'revocation.resolved' && seen.push(event));
  const replica = new Replica({ log, clock, events });
  const revoker = new Revoker({ log, replica, clock, events, deadline });
  replica.start();
  return {
    replica,
    revoker,
    registry,
    events: seen,
    async close() {
      await replica.close();
      await close();
    },
  };
}
