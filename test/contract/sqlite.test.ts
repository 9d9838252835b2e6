import { sqlite } from '../../lib/stores/sqlite/index.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { logContract } from './log-contract.js';
import { registryContract } from './registry-contract.js';

const path = temporaryFolder();

describe('the log of sqlite()', () => {
  logContract({ open: ({ keep, now }) => sqlite(path('s.db')).open({ keep, now }) });
});

describe('the registry of sqlite()', () => {
  registryContract(() => sqlite(path('s.db')).open({ keep: 1_000_000 }));
});
