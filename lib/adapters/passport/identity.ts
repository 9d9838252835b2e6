/**
 * Passport's ids and the kit's subjects. Apps serialize users to numbers and objects too, and get them back as exactly
 * that; a subject is a string, so that it can be revoked.
 */
import { SessionError } from '../../errors.js';

export type SubjectOf = (id: never) => string;

export interface Identity {
  readonly subject: string;
  /** Holds the id, where the subject alone does not say it. */
  readonly data: { readonly passport?: { readonly user: unknown } };
}

/**
 * A string is its own subject, a number is spelled, of anything else the JSON is, with its keys in order.
 * @throws SessionError ERR_INVALID_SUBJECT for what would be one subject for several users
 */
export function identityOf(serialized: unknown, subjectOf: SubjectOf = spelled): Identity {
  const id = asJson(serialized);
  const subject = subjectOf(id as never);
  return { subject, data: subject === id ? {} : { passport: { user: id } } };
}

/** What `deserializeUser` is given. */
export function idOf(subject: string, data: Readonly<Record<string, unknown>>): unknown {
  const { passport } = data;
  if (typeof passport !== 'object' || passport === null || !('user' in passport)) return subject;
  return structuredClone(passport.user);
}

function spelled(id: unknown): string {
  return typeof id === 'string' ? id : JSON.stringify(inOrder(id));
}

/** As a session store would give it back: an ObjectId becomes its string. */
function asJson(serialized: unknown): unknown {
  const text: string | undefined = typeof serialized === 'bigint' ? undefined : JSON.stringify(serialized);
  const id: unknown = text === undefined ? undefined : JSON.parse(text);
  const names = typeof id === 'object' && id !== null ? Object.keys(id).length > 0 : typeof id !== 'boolean';
  if (id !== undefined && id !== null && names) return id;
  throw new SessionError(
    'ERR_INVALID_SUBJECT',
    'passport.serializeUser answered what names nobody in particular. Let it answer a string, a number or an object ' +
      'that JSON can hold, as done(null, user.id).',
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, inOrder(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
