/** What caches make of an answer: twins M11 to M15. Files of their own, so that they run side by side. */
import { checkTwins } from './check-twins.js';

checkTwins('m11', 'm15');
