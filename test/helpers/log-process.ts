import { Events, type SwapproofEvent } from '../../lib/events.js';
import type { Claims } from '../../lib/revocation/covers.js';
import { Replica } from '../../lib/revocation/replica.js';
import { type NewRevocation, Revoker } from '../../lib/revocation/revoker.js';
import type { LogServer, Wire } from './log-server.js';
import type { ManualTime } from './manual-time.js';

/** One process that shares a log: its replica, its revoker, what it reported. */
export interface LogProcess {
  readonly replica: Replica;
  readonly events: SwapproofEvent[];
  revoke(revocation: NewRevocation): Promise<{ genesis: string; position: number }>;
}

export function logProcess(server: LogServer, { clock, timers }: ManualTime, wire: Wire = {}): LogProcess {
  const log = server.connect(wire);
  const events = new Events();
  const seen: SwapproofEvent[] = [];
  events.on('*', (event) => seen.push(event));
  const replica = new Replica({ log, clock, events, timers });
  const revoker = new Revoker({ log, replica, clock, events, timers });
  return { replica, events: seen, revoke: (revocation) => revoker.append(revocation) };
}

/** A session born at a process's position. */
export function bornAt(replica: Replica, subject = 'u1', root = 'root-1'): Claims {
  const birth = replica.position();
  if (birth === null) throw new Error('The replica is not confirmed.');
  return { genesis: birth.genesis, birth: birth.position, root, id: root, subject };
}
