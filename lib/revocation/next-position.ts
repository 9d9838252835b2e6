import { randomInt } from 'node:crypto';
import type { Position } from './log.js';

/** 20 random bits under the sequence: a store that was rolled back must not give out its positions again. */
const SPREAD = 2 ** 20;

/** The position of the entry that follows the last one. */
export function nextPosition(last: Position): Position {
  return (Math.floor(last / SPREAD) + 1) * SPREAD + randomInt(SPREAD);
}
