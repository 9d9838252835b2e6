/** What is published as swapproof/testing. */
export { TestingError } from '../errors.js';
export type { Finding, Leak } from '../evidence/finding.js';
export type { Mechanism } from '../evidence/mechanisms.js';
export type { Asked, NotCovered, Report, Verdict } from '../evidence/report.js';
export type { Agent, SuperagentJar } from './agent.js';
export { type CookieJar, type CookieJarOptions, type CookieRequest, cookieJar } from './browser/cookie-jar.js';
export {
  type CacheLine,
  type CacheSim,
  type CacheSimOptions,
  cacheSim,
  type RunningCache,
} from './cache-sim/cache-sim.js';
export { CACHE_PROFILES, type CacheProfile } from './cache-sim/profiles.js';
export { type CacheRules, RFC_9111 } from './cache-sim/rules.js';
export type { OpenForContract } from './contract/contract-case.js';
export type { OpenTokensForContract } from './contract/token-case.js';
export { expectNoSwap, type Received } from './expect-no-swap.js';
export { type FakeClock, fakeClock } from './fake-clock.js';
export type { Fault, FaultFunction, FaultName, FaultsOf } from './faults/fault.js';
export type { Callback, CallbackFault, CallbackFaults } from './faults/faulty-callbacks.js';
export {
  type FaultyExpressSessionStore,
  type FaultyStore,
  type FaultyStoreOptions,
  faultyStore,
  type StoreFaults,
} from './faults/faulty-store.js';
export type {
  FindingOfAll,
  InterleaveAllOptions,
  InterleaveAllReport,
  OutcomeOfAll,
} from './interleave/all-options.js';
export type { FastCheck } from './interleave/fast-check.js';
export { gateStore } from './interleave/gate-store.js';
export { interleave } from './interleave/interleave.js';
export { interleaveAll } from './interleave/interleave-all.js';
export type { StopKind } from './interleave/lane.js';
export type {
  InterleaveFinding,
  InterleaveOptions,
  InterleaveOutcome,
  InterleaveReport,
  InterleaveTarget,
  Stop,
  Uncontrolled,
} from './interleave/options.js';
export type { RunnerFunctions } from './runner.js';
export { type SignInKit, signIn } from './sign-in.js';
export { type StoreContractOptions, storeContract } from './store-contract.js';
export { runSwapSuite } from './suite/run-swap-suite.js';
export { type SwapSuiteOptions, swapSuite } from './swap-suite.js';
export { type TokenStoreContractOptions, tokenStoreContract } from './token-store-contract.js';
export { type TwoUsers, type TwoUsersOptions, twoUsers } from './two-users.js';
export type { Hooks, Mail } from './world/hooks.js';
export type { Person } from './world/person.js';
export type { LoginRequest, RouteRequest, SuiteOptions, SuiteUser } from './world/suite-options.js';
