/** What the comparisons say, as a table. Pure. */
import { markdownTable } from '../helpers/markdown-table.js';
import type { Step } from './comparison.js';
import { exceptionsIn } from './exceptions.js';
import type { World } from './worlds.js';

export interface Compared {
  readonly world: World;
  readonly steps: readonly Step[];
}

const COLUMNS = [
  ['app', ({ world }: Compared) => world.framework],
  ['saveUninitialized', ({ world }: Compared) => String(world.saveUninitialized)],
  ['in front', ({ world }: Compared) => world.front.name],
  ['steps', ({ steps }: Compared) => steps.length],
  ['statuses differ', ({ steps }: Compared) => differing(steps, ['status'])],
  ['bodies differ', ({ steps }: Compared) => differing(steps, ['body'])],
  ['cookie names differ', ({ steps }: Compared) => steps.filter(hasOtherNames).length],
  ['steps that differ', ({ steps }: Compared) => differing(steps)],
  ['of these by the rules', ({ world }: Compared) => exceptionsIn(world).length],
  ['renewals withheld', ({ steps }: Compared) => steps.reduce((sum, { withheld }) => sum + withheld, 0)],
  ['shareable for a user, without', ({ steps }: Compared) => steps.filter(({ shareable }) => shareable.without).length],
  ['and with', ({ steps }: Compared) => steps.filter(({ shareable }) => shareable.with).length],
] as const;

export function oldAppTable(compared: readonly Compared[]): string {
  return markdownTable(
    COLUMNS.map(([title]) => title),
    compared.map((one) => COLUMNS.map(([, cell]) => cell(one))),
  );
}

/** Each step of one journey, and what became of it. */
export function stepsTable(steps: readonly Step[]): string {
  const cell = (list: Step['differences']) =>
    list.map((one) => `${one.what}: ${shortened(one.without)} -> ${shortened(one.with)}`).join('; ') || '-';
  return markdownTable(
    ['step', 'differs', 'for caches'],
    steps.map(({ step, differences, changes }) => [step, cell(differences), cell(changes)]),
  );
}

/** Whether a cookie is the old one again or a new one makes no difference here. */
function hasOtherNames({ differences }: Step): boolean {
  const names = (cookies: string) => cookies.replaceAll(' (again)', '');
  return differences.some((one) => one.what === 'cookies' && names(one.without) !== names(one.with));
}

function differing(steps: readonly Step[], names?: readonly string[]): number {
  return steps.filter(({ differences }) => differences.some(({ what }) => names?.includes(what) ?? true)).length;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
