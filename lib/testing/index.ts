/** What is published as swapproof/testing. */
export { TestingError } from '../errors.js';
export type { Agent, SuperagentJar } from './agent.js';
export { type CookieJar, type CookieJarOptions, type CookieRequest, cookieJar } from './cookie-jar.js';
export { type FakeClock, fakeClock } from './fake-clock.js';
export { type SignInKit, signIn } from './sign-in.js';
