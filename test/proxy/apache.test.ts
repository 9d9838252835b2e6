import { behind } from './behind.js';

behind('Apache httpd');
