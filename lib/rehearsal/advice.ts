/** What to do about a rule that would change a route, in a sentence or two. Rows are those of docs/guard.md. */

const PUBLIC = 'If it is the same for everyone, list the route in the public option or call markPublic(res).';
const OWN_RESPONSE = 'Set the cookie on a response of its own; until then users go without it.';

const ADVICE: Readonly<Record<string, string>> = {
  'row 0': 'Nothing, if the route called markPrivate(res). Else see who sends the request.',
  'row 0b': 'The same for everyone: list it in public. A private download: list it in privateFiles.',
  'row 2': 'Take the cache header off, or do not read the session there.',
  'row 3': 'Nothing: it becomes private.',
  'row 4': `Take the cache header off. ${PUBLIC}`,
  'row 5': `Nothing, if it differs by user. ${PUBLIC}`,
  'row 6': OWN_RESPONSE,
  'row 6b': 'Nothing: the cookie arrives, and no cache keeps it.',
  'row 7': `Nothing. ${PUBLIC}`,
  'row 9': 'Nothing, or set no cookie on a public route.',
  'row 10': 'Nothing, or set no cookie on a public route.',
  'row 11': OWN_RESPONSE,
  'row 12': 'If it is the same for everyone, call markPublic(res) in the route.',
  context: 'Mount one guard, and give each request and response objects of its own.',
  csrf: 'If that site is yours, add it to csrf.trustedOrigins; a webhook goes into csrf.exempt.',
  'csrf token': 'Put sessions.csrfToken(req) into the form, or into the header X-CSRF-Token.',
  'early hints': 'Set the cookie in the head of the response.',
  failed: 'Look for a replaced method of the response, and report it with the name of the error.',
  'foreign cookie': 'Find who sets it: another library, or the headers of an upstream that are passed on.',
  'informational response': 'Set the cookie in the head of the response.',
  'login by GET': 'Let the login end in a POST, or leave bind.onLoginByGet at report.',
  'late read': 'Read the session before the first byte is sent, or take the route out of public.',
  'misread url':
    'The same for everyone: list it in public. A private download: privateFile(), or list it in privateFiles.',
  'mount order': 'Mount it after the kit, or take it away.',
  'owner tag': 'Find the cache in front that hands on cookies, and make it obey Cache-Control.',
  'renewal by GET':
    'Nothing, if the library has a store: the next POST renews it. Else change the session in POSTs only.',
  'session cookie': 'Nothing: users do not notice.',
  speculation: 'Nothing: the browser asks again when the page is opened.',
  trailers: 'Set the cookie in the head of the response.',
  'two values': 'Nothing, if rare. Else look for an app on a parent domain that sets the same name.',
};

export function adviceFor(rule: string): string {
  return Object.hasOwn(ADVICE, rule) ? (ADVICE[rule] ?? '') : 'See docs/guard.md.';
}

/** All rules, for the tests. */
export const rules: readonly string[] = Object.keys(ADVICE);
