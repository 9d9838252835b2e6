/** The ways in which people ask for one response: what each sends, and who waits for whom. */
import type { Person, Row } from './table.js';

export interface Ask {
  readonly who: Person;
  /** Default: the row's. */
  readonly method?: 'GET' | 'HEAD';
  /** Asks whether the answer that this person had last is still good. */
  readonly again?: boolean;
  readonly range?: boolean;
}

export interface Way {
  readonly name: string;
  /** Rounds follow each other; who is in the same round asks at the same time. */
  readonly rounds: readonly (readonly Ask[])[];
  /** The first asks, and half of the answer has left when the next does. */
  readonly whileArriving?: boolean;
}

const [ada, bob, nobody]: readonly [Ask, Ask, Ask] = [{ who: 'ada' }, { who: 'bob' }, { who: 'nobody' }];
const head = (ask: Ask): Ask => ({ ...ask, method: 'HEAD' });
const get = (ask: Ask): Ask => ({ ...ask, method: 'GET' });
const again = (ask: Ask): Ask => ({ ...ask, again: true });
const range = (ask: Ask): Ask => ({ ...ask, range: true });

export const IN_TURN: Way = { name: 'in turn', rounds: [[ada], [bob], [nobody], [ada]] };

const OF_PAGES: readonly Way[] = [
  IN_TURN,
  { name: 'nobody first', rounds: [[nobody], [ada], [bob]] },
  { name: 'at once', rounds: [[ada, bob, nobody, ada, bob]] },
  { name: 'HEAD, then GET', rounds: [[head(ada)], [head(bob)], [bob], [nobody]] },
  { name: 'whether it changed', rounds: [[ada], [again(ada)], [bob], [again(bob)], [nobody]] },
  { name: 'a range', rounds: [[range(ada)], [range(bob)], [bob], [range(nobody)]] },
];
const WHILE_ARRIVING: Way = { name: 'while it arrives', rounds: [[ada, bob]], whileArriving: true };
const OF_OTHER_METHODS: readonly Way[] = [{ name: 'then GET', rounds: [[ada], [bob], [get(bob)], [get(nobody)]] }];

export function waysOf({ method = 'GET', arriving = false }: Row): readonly Way[] {
  if (method !== 'GET') return OF_OTHER_METHODS;
  return arriving ? [...OF_PAGES, WHILE_ARRIVING] : OF_PAGES;
}

/** Those that are enough to see what a cache gives away, where it does. */
export function shortWaysOf({ arriving = false }: Row): readonly Way[] {
  return arriving ? [IN_TURN, WHILE_ARRIVING] : [IN_TURN];
}
