import { behind } from './behind.js';

behind('Traffic Server');
