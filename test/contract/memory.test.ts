import { memory } from '../../lib/stores/memory.js';
import { storeContract } from './store-contract.js';

describe('memory()', () => {
  storeContract((options) => memory().open(options));
});
