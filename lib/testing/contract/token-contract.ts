/** All that a store of service tokens keeps. */
import type { TokenCase } from './token-case.js';
import { TOKEN_CASES } from './token-cases.js';
import { TOKEN_CHANGE_CASES } from './token-change-cases.js';
import { TOKEN_MAC_CASES } from './token-mac-cases.js';
import { TOKEN_RESTORE_CASES } from './token-restore-cases.js';

export const TOKEN_CONTRACT: readonly TokenCase[] = [
  ...TOKEN_CASES,
  ...TOKEN_CHANGE_CASES,
  ...TOKEN_RESTORE_CASES,
  ...TOKEN_MAC_CASES,
];
