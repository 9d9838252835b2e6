/** What came out of a cache at somebody else: a body with foreign marks, or a cookie that was another's. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { Sighting } from '../../evidence/marks.js';
import { readSetCookie } from '../browser/set-cookie-line.js';
import type { World } from '../world/world.js';
import { type Front, isReplayed } from './fronts.js';
import type { Target } from './targets.js';

interface Replay {
  readonly target: Target;
  readonly front: Front;
  /** How they asked: `one after the other`. */
  readonly how: string;
  readonly of: Exchange;
  readonly to: Exchange;
}

export interface BodyLeak extends Replay {
  readonly sighting: Sighting;
}

export interface CookieLeak extends Replay {
  readonly name: string;
  readonly line: string;
}

export function bodyLeak(world: World, replay: Replay): BodyLeak[] {
  if (!isReplayed(replay.to)) return [];
  const sighting = world.foreign(replay.to).find(({ owner, where }) => owner === replay.of.asker && where === 'body');
  return sighting === undefined ? [] : [{ ...replay, sighting }];
}

/**
 * Cookies that were set for one and came to another. Those that everybody is given alike, as a language, are nobody's.
 * @param own what the app itself sets for the receiver there
 */
export function cookieLeaks(replay: Replay, own: readonly Exchange[]): CookieLeak[] {
  if (!isReplayed(replay.to)) return [];
  const first = new Set(pairsOf(replay.of).map(({ pair }) => pair));
  const ordinary = new Set(own.flatMap(pairsOf).map(({ pair }) => pair));
  return pairsOf(replay.to)
    .filter(({ pair, value }) => first.has(pair) && !ordinary.has(pair) && value !== '')
    .map(({ name, line }) => ({ ...replay, name, line }));
}

/** Each cookie that a browser would keep. */
function pairsOf({ answer }: Exchange): { name: string; value: string; pair: string; line: string }[] {
  return valuesOf(answer?.headers ?? [], 'set-cookie').flatMap((line) => {
    const cookie = readSetCookie(line, Date.now());
    if (cookie === null || cookie.expires <= Date.now()) return [];
    return [{ name: cookie.name, value: cookie.value, pair: `${cookie.name}=${cookie.value}`, line }];
  });
}
