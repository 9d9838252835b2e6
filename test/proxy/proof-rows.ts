/** The four worlds of the proof, and the table that `npm run proof` prints of them. */
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

/** Markdown, aligned. */
export function proofTable(results: readonly (readonly [World, CrowdResult])[]): string {
  const rows = results.map(([world, result]) => COLUMNS.map(([, cell]) => String(cell(world, result))));
  const titles = COLUMNS.map(([title]) => title);
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
