/** Names for a session of the library that was there before. */
import { hashOf } from './ids.js';

export interface Former {
  /** The other library's id: a secret. */
  readonly id: string;
  /** The root of the kit's session that it becomes: the same in every process, so that nobody gets two. */
  readonly root: string;
}

export function formerOf(cookieName: string, id: string): Former {
  // As long as a random root. The id is a secret of its own, so nobody can find it by its hash.
  return { id, root: hashOf(JSON.stringify(['swapproof/v1', 'adopt', cookieName, id])).slice(0, 22) };
}
