/**
 * Counts the turns of the event loop as far as JavaScript can tell them apart: within one, microtasks and `nextTick` follow
 * one another and no other request can come in. A request can be interrupted only where it goes on in a later turn.
 */
import { afterwards, nextTick } from './core.js';

/** Streams hand themselves on by a few ticks; whatever takes more of them than this counts as a turn. */
const ROUNDS = 32;

let turn = 0;
let lasting = false;

/** The number of this turn. Numbers grow by one or more. */
export function currentTurn(): number {
  if (!lasting) {
    lasting = true;
    turn++;
    outlive(ROUNDS);
  }
  return turn;
}

/** A tick queued by a microtask runs when all microtasks have run, and before the loop goes on. */
function outlive(rounds: number): void {
  afterwards(Promise.resolve(), () =>
    nextTick(() => {
      if (rounds > 0) outlive(rounds - 1);
      else lasting = false;
    }),
  );
}
