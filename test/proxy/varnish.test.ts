import { behind } from './behind.js';

behind('Varnish');
