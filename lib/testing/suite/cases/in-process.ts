/** What happens inside a process, in the order in which it is tried. */
import type { SuiteCase } from '../../world/suite-case.js';
import { afterAFailure } from './after-a-failure.js';
import { afterItsEnd } from './after-its-end.js';
import { collidingNames } from './colliding-names.js';
import { deniedThenAllowed, deniedThenAllowedBack } from './denied-then-allowed.js';
import { failingAwaits } from './failing-awaits.js';
import { failingLogins } from './failing-logins.js';
import { garbledCredentials } from './garbled-credentials.js';
import { heldWhileAnotherPasses } from './held-while-another-passes.js';
import { jobsOfTwo } from './jobs-of-two.js';
import { nextAfterARefusal } from './next-after-a-refusal.js';
import { oneConnectionInTurn } from './one-connection-in-turn.js';
import { refusedAtOnce } from './refused-at-once.js';
import { repliesOutOfStep } from './replies-out-of-step.js';
import { sameUrlInTurn } from './same-url-in-turn.js';
import { strangerAfterwards } from './stranger-afterwards.js';
import { strayBytes } from './stray-bytes.js';
import { streamsAfterLogout } from './streams-after-logout.js';
import { twoAtOnce } from './two-at-once.js';
import { twoCredentials } from './two-credentials.js';
import { underLoad } from './under-load.js';
import { unfilledMemory } from './unfilled-memory.js';
import { unsolicitedAnswers } from './unsolicited-answers.js';
import { whileItLags } from './while-it-lags.js';

export const IN_PROCESS: readonly SuiteCase[] = [
  unfilledMemory,
  // What a request leaves for later comes in between anything else.
  afterItsEnd,
  deniedThenAllowed,
  deniedThenAllowedBack,
  refusedAtOnce,
  sameUrlInTurn,
  strayBytes,
  oneConnectionInTurn,
  strangerAfterwards,
  garbledCredentials,
  twoCredentials,
  collidingNames,
  heldWhileAnotherPasses,
  jobsOfTwo,
  afterAFailure,
  nextAfterARefusal,
  failingAwaits,
  failingLogins,
  repliesOutOfStep,
  unsolicitedAnswers,
  streamsAfterLogout,
  twoAtOnce,
  underLoad,
  whileItLags,
];
