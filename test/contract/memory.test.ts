import { memory } from '../../lib/stores/memory.js';
import { storeContract } from '../../lib/testing/store-contract.js';

storeContract({ name: 'memory()', open: (options) => memory().open(options) });
