/** All that a store keeps: its log, its list of sessions, their values. */
import { ANONYMOUS_CASES } from './anonymous-cases.js';
import type { ContractCase } from './contract-case.js';
import { LOG_CASES } from './log-cases.js';
import { LOG_EXPIRY_CASES } from './log-expiry-cases.js';
import { LOG_POLL_CASES } from './log-poll-cases.js';
import { REGISTRY_CASES } from './registry-cases.js';
import { REGISTRY_LIST_CASES } from './registry-list-cases.js';
import { STORED_CASES } from './stored-cases.js';
import { STORED_LIVENESS_CASES } from './stored-liveness-cases.js';

export const CONTRACT: Readonly<Record<'log' | 'registry' | 'stored' | 'anonymous', readonly ContractCase[]>> = {
  log: [...LOG_CASES, ...LOG_POLL_CASES, ...LOG_EXPIRY_CASES],
  registry: [...REGISTRY_CASES, ...REGISTRY_LIST_CASES],
  stored: [...STORED_CASES, ...STORED_LIVENESS_CASES],
  anonymous: ANONYMOUS_CASES,
};
