/** Where the rules want the old app to answer otherwise behind the guard: all of it, and nothing else. */
import type { World } from './worlds.js';

export interface Exception {
  readonly step: string;
  readonly because: string;
  /** What leaves instead of the app's own answer; what is not named is as without the guard. */
  readonly instead: Readonly<Record<string, string | RegExp>>;
  /** Default: in every world. */
  readonly where?: (world: World) => boolean;
}

const TWO_SESSIONS =
  "Of two session cookies neither is right: the request is nobody's, and no session cookie leaves (R5).";

export const EXCEPTIONS: readonly Exception[] = [
  {
    step: 'alice GET /menu (two session cookies)',
    because: TWO_SESSIONS,
    instead: { body: 'Hello stranger', cookies: '' },
  },
  {
    step: 'alice GET /account (two session cookies)',
    because: `${TWO_SESSIONS} Without the guard alice is shown the account of bob here.`,
    instead: { status: '302', body: /Redirecting to \/login/, cookies: '', location: '/login' },
  },
  {
    step: 'bob GET /menu (before login)',
    because:
      'The first page of somebody without a cookie is marked public, max-age=60 and sets a new session: a shared cache ' +
      'would give that session to everyone. The cookie is taken off, and the next page sets one (row 6).',
    instead: { cookies: '' },
    where: ({ saveUninitialized, front }) => saveUninitialized && !front.deployedLater,
  },
];
