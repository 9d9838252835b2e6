import { SwapproofError } from '../errors.js';
import type { NewEntry } from './log.js';

/** NUL and halves of surrogate pairs: stores change them, and an entry would come back covering someone else. */
const ALTERED_BY_STORES = /[\0\p{Surrogate}]/u;

/** Whether every store gives the text back as it went in. */
export function survivesStores(text: string): boolean {
  return !ALTERED_BY_STORES.test(text);
}

/**
 * What every store refuses before it writes: an entry for nobody, or one that would not come back as it went in.
 * @throws SwapproofError ERR_INVALID_ARGUMENT
 */
export function assertWellFormed({ tag, kind, key, except }: NewEntry): void {
  const named = (key === '') === (kind === 'everyone');
  if (named && tag !== '' && [key, ...except].every(survivesStores)) return;
  const message = `A revocation of kind ${kind} needs a key without NUL or lone surrogates, and none for everyone.`;
  throw new SwapproofError('ERR_INVALID_ARGUMENT', message);
}
