/** What happens in one process: twins M01 to M10. Files of their own, so that they run side by side. */
import { checkTwins } from './check-twins.js';

checkTwins('m01', 'm10');
