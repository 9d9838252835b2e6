import { sqlite, sqliteTokens } from '../../lib/stores/sqlite/index.js';
import { storeContract } from '../../lib/testing/store-contract.js';
import { tokenStoreContract } from '../../lib/testing/token-store-contract.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const path = temporaryFolder();

storeContract({ name: 'sqlite()', open: (options) => sqlite(path('s.db')).open(options) });

tokenStoreContract({ name: 'sqliteTokens()', open: () => sqliteTokens(path('t.db')).open() });
