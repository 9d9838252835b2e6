// A process that may only read its store: says what it can do and what not.
import { systemClock } from './lib/clock.js';
import { Events } from './lib/events.js';
import { Replica } from './lib/revocation/replica.js';
import { Revoker } from './lib/revocation/revoker.js';
import { sqlite } from './lib/stores/sqlite/index.js';

const { log, registry } = sqlite(process.argv[2]).open({ keep: 1e6 });
const clock = systemClock();
const events = new Events();
const replica = new Replica({ log, clock, events });
const revoker = new Revoker({ log, replica, clock, events, deadline: 200 });
const confirmed = await replica.catchUp(2_000);
const listed = await registry.find('r1').catch((error) => error.message);
const revoked = await revoker.append({ kind: 'everyone', key: '' }).catch(({ code, message }) => ({ code, message }));
const seen = await registry.seen(new Map([['r1', 5e12]])).catch(({ code, message }) => ({ code, message }));
process.stdout.write(JSON.stringify({ confirmed, listed, revoked, seen }));
