/** What credentials, records, memory and browsers do: twins M22 to M29. Files of their own, so that they run side by side. */
import { checkTwins } from './check-twins.js';

checkTwins('m22', 'm29');
