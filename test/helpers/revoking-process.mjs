// A process that revokes a thousand sessions and says of each, as soon as it has resolved, that it did.
import { writeSync } from 'node:fs';
import { systemClock } from './lib/clock.js';
import { Events } from './lib/events.js';
import { Replica } from './lib/revocation/replica.js';
import { Revoker } from './lib/revocation/revoker.js';
import { sqlite } from './lib/stores/sqlite/index.js';

const { log } = sqlite(process.argv[2]).open({ keep: 1e9 });
const clock = systemClock();
const events = new Events();
const replica = new Replica({ log, clock, events });
const revoker = new Revoker({ log, replica, clock, events });
replica.start();
await replica.catchUp(10_000);

let next = 0;
async function work() {
  while (next < 1_000) {
    const key = `root-${next++}`;
    await revoker.append({ kind: 'root', key });
    writeSync(1, `${key}\n`);
  }
}
await Promise.all(Array.from({ length: 50 }, work));
