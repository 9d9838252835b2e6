/** What happens inside a process, in the order in which it is tried. */
import type { SuiteCase } from '../../world/suite-case.js';
import { afterAFailure } from './after-a-failure.js';
import { garbledCredentials } from './garbled-credentials.js';
import { heldWhileAnotherPasses } from './held-while-another-passes.js';
import { oneConnectionInTurn } from './one-connection-in-turn.js';
import { sameUrlInTurn } from './same-url-in-turn.js';
import { strangerAfterwards } from './stranger-afterwards.js';
import { strayBytes } from './stray-bytes.js';
import { twoCredentials } from './two-credentials.js';
import { underLoad } from './under-load.js';
import { unfilledMemory } from './unfilled-memory.js';
import { unsolicitedAnswers } from './unsolicited-answers.js';

export const IN_PROCESS: readonly SuiteCase[] = [
  unfilledMemory,
  sameUrlInTurn,
  oneConnectionInTurn,
  strayBytes,
  strangerAfterwards,
  heldWhileAnotherPasses,
  afterAFailure,
  twoCredentials,
  garbledCredentials,
  unsolicitedAnswers,
  underLoad,
];
