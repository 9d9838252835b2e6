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

const MISREAD =
  "A cache could take the URL for another one, so that the request is nobody's, and no session cookie leaves.";
const LOOKS_LIKE_A_FILE = `${MISREAD} Listed in privateFiles, the download is as before.`;
const TO_LOGIN = { status: '302', body: /Redirecting to \/login/, cookies: '', location: '/login' } as const;

const misreadIsNobody = ({ front }: World) => front.options.deception === 'anonymous';
const filesAreNobody = (world: World) => misreadIsNobody(world) && world.front.options.privateFiles === undefined;

/** With `deception: 'anonymous'`, which is not the default. */
const MISREAD_URLS: readonly Exception[] = [
  ...['alice GET /lang/%', 'visitor GET /lang/%'].map((step) => ({
    step,
    because: MISREAD,
    instead: { cookies: '' },
    where: misreadIsNobody,
  })),
  ...['alice GET /invoices/42.pdf', 'bob GET /invoices/42.pdf', 'bob GET /export.csv'].map((step) => ({
    step,
    because: LOOKS_LIKE_A_FILE,
    instead: TO_LOGIN,
    where: filesAreNobody,
  })),
  {
    step: 'bob HEAD /invoices/42.pdf',
    because: LOOKS_LIKE_A_FILE,
    instead: { status: '302', cookies: '', location: '/login' },
    where: filesAreNobody,
  },
  {
    step: 'visitor GET /invoices/42.pdf',
    because: LOOKS_LIKE_A_FILE,
    instead: { cookies: '' },
    where: filesAreNobody,
  },
  {
    step: 'visitor GET /login',
    because: 'What was flashed by that request went to a session that nobody has: one "Please log in" less.',
    instead: { body: /^(?!.*Please log in.*Please log in)/ },
    where: filesAreNobody,
  },
];

export const EXCEPTIONS: readonly Exception[] = [
  ...MISREAD_URLS,
  {
    step: 'alice GET /menu (two session cookies)',
    because: TWO_SESSIONS,
    instead: { body: 'Hello stranger', cookies: '' },
  },
  {
    step: 'alice GET /account (two session cookies)',
    because: `${TWO_SESSIONS} Without the guard alice is shown the account of bob here.`,
    instead: TO_LOGIN,
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
