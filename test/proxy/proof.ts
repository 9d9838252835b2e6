/** `npm run proof`: the crowd of nginx.test.ts in all four worlds, as a table. */
import { NGINX } from '../helpers/nginx.js';
import { findBinary } from '../helpers/services.js';
import { type CrowdResult, runCrowd } from './crowd.js';
import { CROWD, proofTable, WORLDS, type World } from './proof-rows.js';

const nginx = findBinary(NGINX.name);
if (nginx === null) {
  process.stderr.write(`The proof needs nginx: ${NGINX.install}\n`);
  process.exitCode = 2;
} else {
  const results: [World, CrowdResult][] = [];
  for (const world of WORLDS) results.push([world, await runCrowd({ nginx, ...world, ...CROWD })]);
  process.stdout.write(`${proofTable(results)}\n`);
}
