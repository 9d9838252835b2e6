/** The table that `npm run proof` prints: every installed cache in its worlds. */
import { CACHES, isInstalled } from '../helpers/caches.js';
import { markdownTable } from '../helpers/markdown-table.js';
import type { CrowdResult, CrowdSetting } from './crowd.js';
import { type World, worldsBehind } from './worlds.js';

export const CROWD = { users: 20, requests: 2000, seed: 20211219 } as const satisfies Partial<CrowdSetting>;

/** Those that keep the example's pages; the rest have nothing to show here. */
const KEEPING = CACHES.filter(({ careless }) => careless.keeps === 'everything');

export const WORLDS: readonly World[] = KEEPING.filter(isInstalled).flatMap(worldsBehind);

/** How to install those that are not. */
export const MISSING: readonly string[] = KEEPING.filter((kind) => !isInstalled(kind)).map(
  ({ name, install }) => `${name}: ${install}`,
);

const COLUMNS = [
  ['cache', ({ cache }: World) => cache.name],
  ['set up', ({ configuration }: World) => configuration],
  ['app', ({ guarded }: World) => (guarded ? 'swapproof' : 'express-session')],
  ['users', () => CROWD.users],
  ['requests', (_world: World, { requests }: CrowdResult) => requests],
  ['foreign bodies', (_world: World, { foreignBodies }: CrowdResult) => foreignBodies],
  ['made by the app', (_world: World, { foreignFromOrigin }: CrowdResult) => foreignFromOrigin],
  ['foreign writes', (_world: World, { foreignWrites }: CrowdResult) => foreignWrites],
  ['sessions swapped', (_world: World, { swapped }: CrowdResult) => swapped],
  ['swap.suspected', (_world: World, { suspected }: CrowdResult) => suspected],
] as const;

export function proofTable(results: readonly (readonly [World, CrowdResult])[]): string {
  return markdownTable(
    COLUMNS.map(([title]) => title),
    results.map(([world, result]) => COLUMNS.map(([, cell]) => cell(world, result))),
  );
}
