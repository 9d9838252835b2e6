/** What is left on connections, in stores and after a logout: twins M16 to M21. Files of their own, so that they run side by side. */
import { checkTwins } from './check-twins.js';

checkTwins('m16', 'm21');
