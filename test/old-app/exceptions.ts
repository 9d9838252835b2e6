/** Where the rules want the old app to answer otherwise behind the guard: all of it, and nothing else. */
import type { CookieRules } from './comparison.js';
import { DEPLOYED_AFTER } from './journey.js';
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

/** With `bind` the cookies of these steps stay behind anyway, as renewals. */
const DOUBLED: readonly Exception[] = [
  ...twice('alice GET /menu (two session cookies)', TWO_SESSIONS, { body: 'Hello stranger' }),
  ...twice(
    'alice GET /account (two session cookies)',
    `${TWO_SESSIONS} Without the guard alice is shown the account of bob here.`,
    { status: '302', body: /Redirecting to \/login/, location: '/login' },
  ),
];

const MARKED_PUBLIC: readonly Exception[] = [
  {
    step: 'bob GET /menu (before login)',
    because:
      'The first page of somebody without a cookie is marked public, max-age=60 and sets a new session: a shared cache ' +
      'would give that session to everyone. The cookie is taken off (row 6).',
    instead: { cookies: '', kept: '' },
    where: setsSessionsOnFirstPages,
  },
  {
    step: 'bob GET /statement (before login)',
    because: 'The next page sets one, which renews none.',
    instead: { cookies: 'connect.sid' },
    where: setsSessionsOnFirstPages,
  },
];

const REPLACED: readonly Exception[] = [
  {
    step: 'alice GET /legacy/login',
    because:
      "Of two lines of one name browsers keep the last, the app's own renewal. It stays behind, and so does what it " +
      "replaces: the upstream's cookie would take its place, and log alice out.",
    instead: { cookies: '' },
    where: ({ front }) => front.options.bind !== undefined,
  },
];

const EXCEPTIONS = [...DOUBLED, ...REPLACED, ...MARKED_PUBLIC, ...MISREAD_URLS];

export function exceptionsIn(world: World): readonly Exception[] {
  return EXCEPTIONS.filter(({ where }) => where?.(world) ?? true);
}

/**
 * With `bind`: a renewal of the session that came never leaves on a safe method, where a cache could hand it on; the
 * browser keeps the cookie that it has. And the guard has a cookie of its own, the owner tag.
 */
export function cookieRulesIn({ front }: World): CookieRules | undefined {
  return front.options.bind && { ...BOUND, after: front.deployedLater ? DEPLOYED_AFTER : null };
}

const BOUND: Omit<CookieRules, 'after'> = {
  isWithheld: (name, method) => name === 'connect.sid (again)' && ['GET', 'HEAD', 'OPTIONS'].includes(method),
  isAdded: (name) => /^(?:__Host|dev-PORT)-owner(?: \(\w+\))?$/.test(name),
};

function twice(step: string, because: string, instead: Exception['instead']): readonly Exception[] {
  return [
    { step, because, instead: { ...instead, cookies: '' }, where: ({ front }) => !front.options.bind },
    { step, because, instead, where: ({ front }) => front.options.bind !== undefined },
  ];
}

function setsSessionsOnFirstPages({ saveUninitialized, front }: World): boolean {
  return saveUninitialized && !front.deployedLater;
}
