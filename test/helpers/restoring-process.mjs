// A process that is killed while it restores: in the middle of the transaction, when so many tokens have been looked at.
import { sqliteTokens } from './lib/stores/sqlite/index.js';

const [, , path, count] = process.argv;
let seen = 0;
const isGenuine = () => {
  if (++seen > Number(count)) process.kill(process.pid, 'SIGKILL');
  return true;
};
const all = { which: {}, at: Number.MAX_SAFE_INTEGER, includeEnded: false, dryRun: false, now: Date.now() };
await sqliteTokens(path)
  .open()
  .restore({ ...all, isGenuine }, AbortSignal.timeout(20_000));
