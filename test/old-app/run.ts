/** `npm run old-app [-- --steps]`: the old app in all worlds, as a table; with `--steps` each step of one of them. */
import { parseArgs } from 'node:util';
import { compareJourneys } from './comparison.js';
import { cookieRulesIn } from './exceptions.js';
import { FRONTS } from './fronts.js';
import { type Compared, oldAppTable, stepsTable } from './report.js';
import { SETTINGS, travelAlone, travelBehind } from './worlds.js';

const { values } = parseArgs({ options: { steps: { type: 'boolean', default: false } } });
const compared: Compared[] = [];
for (const setting of SETTINGS) {
  const alone = await travelAlone(setting);
  for (const front of FRONTS) {
    const world = { ...setting, front };
    compared.push({ world, steps: compareJourneys(alone, (await travelBehind(world)).visits, cookieRulesIn(world)) });
  }
}
process.stdout.write(`${oldAppTable(compared)}\n`);
if (values.steps) process.stdout.write(`\n${stepsTable(compared[0]?.steps ?? [])}\n`);
