/** Whether a poll's answer proves anything. An unsound one says that the store may have forgotten something. */
import type { PollAnswer } from './log.js';

/** What each means in an event's detail. */
export type Doubt = 'no-header' | 'other-life' | 'declared' | 'rolled-back';

/** Null if the answer is sound. A replica older than the log's base reloads; that is no doubt. */
export function doubtOf({ header, life, reload, holdsOwnPosition }: PollAnswer): Doubt | null {
  if (header === null) return 'no-header';
  if (header.life !== life) return 'other-life';
  if (header.doubt !== null) return 'declared';
  return reload || holdsOwnPosition ? null : 'rolled-back';
}
