import { sqlite } from '../../lib/stores/sqlite/index.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { storeContract } from './store-contract.js';

const path = temporaryFolder();

describe('sqlite()', () => {
  storeContract((options) => sqlite(path('s.db')).open(options));
});
