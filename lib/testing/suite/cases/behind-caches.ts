/** What caches in front of an app, and those of browsers, make of its answers. */
import type { SuiteCase } from '../../world/suite-case.js';
import { leftInTheBrowser } from './left-in-the-browser.js';
import { namesLikeFiles } from './names-like-files.js';
import { pagesBehindCaches } from './pages-behind-caches.js';
import { sameValidator } from './same-validator.js';
import { seldomSetCookies } from './seldom-set-cookies.js';

export const BEHIND_CACHES: readonly SuiteCase[] = [
  pagesBehindCaches,
  seldomSetCookies,
  namesLikeFiles,
  sameValidator,
  leftInTheBrowser,
];
