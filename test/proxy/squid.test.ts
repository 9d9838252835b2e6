import { behind } from './behind.js';

behind('Squid');
