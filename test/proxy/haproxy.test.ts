import { behind } from './behind.js';

behind('HAProxy');
