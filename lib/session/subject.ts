import { survivesStores } from '../revocation/well-formed.js';

/** A subject that a store changed could never be revoked. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && survivesStores(value);
}
