/** `npm run proof`: the crowd behind every cache that is installed, with and without swapproof, as a table. */
import { type CrowdResult, runCrowd } from './crowd.js';
import { CROWD, MISSING, proofTable, WORLDS } from './proof-rows.js';
import { nameOf, type World } from './worlds.js';

for (const missing of MISSING) process.stderr.write(`Left out, for it is not installed: ${missing}\n`);
if (WORLDS.length === 0) {
  process.stderr.write('The proof needs one of them.\n');
  process.exitCode = 2;
} else {
  const results: [World, CrowdResult][] = [];
  for (const world of WORLDS) {
    process.stderr.write(`${results.length + 1} of ${WORLDS.length}: ${world.cache.name}, ${nameOf(world)}\n`);
    results.push([world, await runCrowd({ ...world, ...CROWD })]);
  }
  process.stdout.write(`${proofTable(results)}\n`);
}
