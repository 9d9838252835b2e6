/** What becomes of sessions and credentials over time, in the order in which it is tried. */
import type { SuiteCase } from '../../world/suite-case.js';
import { afterLogout } from './after-logout.js';
import { forgedHeaders } from './forged-headers.js';
import { formTokensOfOthers } from './form-tokens-of-others.js';
import { loginInAUsedBrowser } from './login-in-a-used-browser.js';
import { passwordAfterUse } from './password-after-use.js';
import { proofsFound } from './proofs-found.js';
import { proofsOfOthers } from './proofs-of-others.js';
import { sessionsElsewhere } from './sessions-elsewhere.js';
import { slowRequestAndLogout } from './slow-request-and-logout.js';
import { tokensAfterUse } from './tokens-after-use.js';

export const SESSIONS_AND_CREDENTIALS: readonly SuiteCase[] = [
  loginInAUsedBrowser,
  afterLogout,
  slowRequestAndLogout,
  passwordAfterUse,
  tokensAfterUse,
  formTokensOfOthers,
  proofsOfOthers,
  proofsFound,
  sessionsElsewhere,
  forgedHeaders,
];
