/** All experiments, in the order in which they run: specific ones first, so that each cause is found by the one that tells it apart. */
import type { SuiteCase } from '../../world/suite-case.js';
import { sameUrlInTurn } from './same-url-in-turn.js';

export const CASES: readonly SuiteCase[] = [sameUrlInTurn];
