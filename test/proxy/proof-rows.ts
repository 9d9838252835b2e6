/** The four worlds of the proof, and the table that `npm run proof` prints of them. */
import { markdownTable } from '../helpers/markdown-table.js';
import type { NginxConfiguration } from '../helpers/nginx.js';
import type { CrowdResult, CrowdSetting } from './crowd.js';

export const CROWD = { users: 20, requests: 2000, seed: 20211219 } as const satisfies Partial<CrowdSetting>;

export interface World {
  readonly configuration: NginxConfiguration;
  readonly guarded: boolean;
}

export const WORLDS: readonly World[] = [
  { configuration: 'careless', guarded: false },
  { configuration: 'careless', guarded: true },
  { configuration: 'good', guarded: false },
  { configuration: 'good', guarded: true },
];

const COLUMNS = [
  ['nginx', ({ configuration }: World) => configuration],
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
