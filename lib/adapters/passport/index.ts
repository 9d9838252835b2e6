/** What is published as swapproof/passport. It imports nothing of Passport: whatever version the app has is used. */
export type { LogInOptions } from './logins.js';
export type { PassportKit, PassportLike } from './passport-like.js';
export { type PassportSessionsOptions, passportSessions } from './sessions.js';
export { type StateStore, type StateStoreOptions, stateStore } from './state-store.js';
