/** The 29 known ways in which one user comes to see another's session: what each is, who met it, what prevents it. */

export type Mechanism = keyof typeof MECHANISMS;

export interface MechanismEntry {
  readonly title: string;
  /** The incident that a finding of it resembles. */
  readonly resembles: string;
  /** The rule of swapproof, or the line of Express code, that prevents it. */
  readonly prevention: string;
}

const entry = (title: string, resembles: string, prevention: string): MechanismEntry => ({
  title,
  resembles,
  prevention,
});

export const MECHANISMS = {
  M1: entry(
    'state of one request in a module variable',
    'express-session #917 and #143: `sess = req.session` at module level, and one user wrote into the profile of another',
    'Keep it on the request: `const user = sessions.of(req).subject` inside the handler, or `res.locals` (R1).',
  ),
  M2: entry(
    'an object of one request used again for the next',
    'GitHub, March 2021: a request object was used twice, and one user got the session cookie of another',
    'Make a new object for each request, or release it once and make stale handles throw (R1, R2).',
  ),
  M3: entry(
    'ambient context that is not cleared, or is that of another request',
    'Spring gRPC CVE-2026-40968 and Puma CVE-2022-23634: the identity stayed bound after a denied or unclosed request',
    'Use `storage.run(context, next)`, never `enterWith()`, and take the identity from the request (R1).',
  ),
  M4: entry(
    'a callback that runs after its request has ended',
    'GitHub, March 2021: a background thread read the environment of a request that was over',
    'Copy what is needed before the response ends: `const snapshot = getContext().snapshot()` (R2).',
  ),
  M5: entry(
    'a batch that is made of the requests of several users',
    'SvelteKit `query.batch` (GHSA-hgv7-v322-mmgr, 2026): requests of different users resolved under one context',
    'Make the loader for each request: `res.locals.loader = new DataLoader(...)` (R1).',
  ),
  M6: entry(
    'a response cache whose key does not say whose it is',
    'apicache #9 and #191: the URL was the key, and everybody got the page of whoever asked first',
    'Put the subject into the key, or cache only what is the same for everybody (`markPublic(res)`) (R4, R6).',
  ),
  M7: entry(
    'a cache key that is the same for two users',
    'Ory, December 2022: two session cookies made the key `undefined`, and anonymous visitors got the session of a customer',
    'Make keys of every credential, with lengths or JSON.stringify between the parts; refuse duplicates (R5).',
  ),
  M8: entry(
    'a fallback to the last good or a default identity',
    'cachetur.no, June 2022: with the session store away, every login was given the same session',
    'Answer 503 when the store fails: `if (error) return next(error)`, and no default (R11).',
  ),
  M9: entry(
    'one answer for all who ask at the same time',
    'Next.js CVE-2026-94544 and veryfront #4380: calls in flight were shared by their URL',
    'Put the subject into the key of what is in flight, or share nothing that is personal (R6).',
  ),
  M10: entry(
    'a cached permission or mapping that is not checked again',
    'Wyze, February 2024: a cache mixed up which device belongs to whom, and 13,000 people saw other cameras',
    'Let each cached value carry its owner, and compare with the subject of the request on every read (R10).',
  ),
  M11: entry(
    'a private page that a shared cache keeps',
    'Railway, March 2026: responses without Cache-Control were kept and given to others',
    'Mount `guard()` first, or set `Cache-Control: private, no-store` on what is personal (R4).',
  ),
  M12: entry(
    'a session cookie on a response that a shared cache keeps',
    'Loom, March 2023, and a hobby site behind a CDN with a minimum lifetime of one second: replayed Set-Cookie',
    'Set session cookies on answers to POST only; no `rolling`, no session in front of static files (R8).',
  ),
  M13: entry(
    'cache headers that are missing, malformed or set too early',
    'Flask CVE-2023-30861 and CVE-2026-27205: Vary: Cookie was left out on some ways to use the session',
    'Let the guard decide when the head is written, whatever was set before (R4).',
  ),
  M14: entry(
    'private data inside a document that everybody may cache',
    'Angular CVE-2026-50170: answers with credentials were written into cacheable HTML',
    'A page that holds data of a user is private as a whole; or load that data by a request of its own (R4).',
  ),
  M15: entry(
    'a private page under a name that caches take for a file',
    'web cache deception (Gil, 2017) and its later variants: /account/x.css answered with the account',
    "Answer only exact paths, and let `deception: 'anonymous'` refuse the rest (R4).",
  ),
  M16: entry(
    'a connection to a store that goes on with the reply of another request',
    'ChatGPT, March 2023 (redis-py): a cancelled command left its reply for the next user',
    'End a connection whose command was given up, and let each record name its owner (R10).',
  ),
  M17: entry(
    'a connection to an upstream whose responses are out of step',
    'Node CVE-2026-48931: unsolicited responses on a kept-alive connection went to the next request',
    'Use a pool for each user, or no keep-alive, where a credential goes along; compare a nonce in the answer.',
  ),
  M18: entry(
    'bytes of one response inside the next on the same connection',
    'Puma CVE-2022-23634 and request smuggling: a body left unread became the next request',
    'End the response once, drain or close after an early answer, and set `strictContentLength` (R2).',
  ),
  M19: entry(
    'an identity that is bound to a connection, not to a request',
    'Azure and PostgreSQL row-level security with pooled connections: `SET app.user` stayed for the next user',
    "Use `set_config('app.user', id, true)` in a transaction, and check sockets again when the session changes.",
  ),
  M20: entry(
    'a credential written from what was read',
    'Cloudflare, January 2023: a "last seen" update wrote redacted records back and blanked every service token',
    'Write single columns: `UPDATE tokens SET last_seen = ? WHERE id = ?` (R9).',
  ),
  M21: entry(
    'a session that lives after logout',
    'express-session #632 and connect-redis #328: a slow request saves the session that a logout had destroyed',
    'Check each save against what was revoked, and never write a session from a GET (R7).',
  ),
  M22: entry(
    'a session id that two users share',
    'passport CVE-2022-25896: the id from before the login was kept',
    'Call `req.session.regenerate()` at every login and logout, and leave `genid` alone (R3).',
  ),
  M23: entry(
    'a proof that works in the session of another',
    'Keycloak CVE-2026-9087: the proof of an e-mail was not bound to who had asked for it',
    'Bind each code and link to the session that began it, and let it work once (`loginAttempt(req)`).',
  ),
  M24: entry(
    'a session of one host or tenant that another accepts',
    'SuperTokens CVE-2026-37171 and unitae #11: a cookie of one tenant opened another',
    'Use `__Host-` cookies and an audience of its own for each app and tenant (R3).',
  ),
  M25: entry(
    'records that a migration or mapping swapped',
    'Ubiquiti, December 2023: after an upgrade, accounts were tied to the consoles of others',
    'Let each record carry its key and owner under a MAC, and refuse it elsewhere (R10).',
  ),
  M26: entry(
    'a swap that only load brings out',
    'Wyze, February 2024: the mix-up came with the load after an outage',
    'As for the mechanism beneath it; test with the event loop and the pools at their limits (R1).',
  ),
  M27: entry(
    'memory of another request in a response',
    'Cloudbleed, February 2017: uninitialised memory was sent to strangers',
    'Use `Buffer.alloc()`, or fill every byte of `Buffer.allocUnsafe()` before it is sent.',
  ),
  M28: entry(
    'what the browser kept of the user before',
    'nuxt and workbox issues: a service worker or the back button showed the account of whoever logged out',
    'Send `Clear-Site-Data: "cache", "storage"` at logout and `no-store` on what is personal (R4).',
  ),
  M29: entry(
    'a mail or job that goes to somebody else',
    'ChatGPT, March 2023: confirmation mails went to the wrong users',
    'Give the job its recipient when it is made, not the current user when it runs (R2).',
  ),
} as const satisfies Record<`M${number}`, MechanismEntry>;

export const ALL_MECHANISMS = Object.keys(MECHANISMS) as readonly Mechanism[];
