/** All experiments, in the order in which they run: specific ones first, so that each cause is found by the one that tells it apart. */
import type { SuiteCase } from '../../world/suite-case.js';
import { BEHIND_CACHES } from './behind-caches.js';
import { IN_PROCESS } from './in-process.js';
import { oneSessionAtEachPlace } from './one-session-at-each-place.js';
import { recordsAfterChanges } from './records-after-changes.js';
import { sessionIds } from './session-ids.js';
import { SESSIONS_AND_CREDENTIALS } from './sessions-and-credentials.js';
import { swappedRecords } from './swapped-records.js';
import { twoOnOneRecord } from './two-on-one-record.js';

export const CASES: readonly SuiteCase[] = [
  sessionIds,
  swappedRecords,
  twoOnOneRecord,
  recordsAfterChanges,
  oneSessionAtEachPlace,
  ...IN_PROCESS,
  ...SESSIONS_AND_CREDENTIALS,
  ...BEHIND_CACHES,
];
