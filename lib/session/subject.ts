import { SessionError } from '../errors.js';
import { survivesStores } from '../revocation/well-formed.js';

/** A subject that a store changed could never be revoked. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && survivesStores(value);
}

/** @throws SessionError ERR_INVALID_SUBJECT */
export function assertSubject(name: string, subject: unknown): asserts subject is string {
  if (isSubject(subject)) return;
  throw new SessionError(
    'ERR_INVALID_SUBJECT',
    `session.${name}(subject): the subject must be a string that is not empty, without NUL and half characters, as ` +
      'String(user.id).',
  );
}
