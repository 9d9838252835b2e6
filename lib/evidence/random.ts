/** Random choices that a seed repeats. Nothing secret is ever made of them. */
import { createHash, randomBytes } from 'node:crypto';

export interface Random {
  readonly seed: string;
  /** From 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  shuffle<T>(items: readonly T[]): T[];
  /** Lower-case letters and digits, beginning with a letter. */
  word(length: number): string;
  /** Its own stream of choices: what one part draws changes nothing for another. */
  fork(purpose: string): Random;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SYMBOLS = `${LETTERS}0123456789`;

/** Eight letters and digits. */
export function newSeed(): string {
  return randomBytes(4).toString('hex');
}

export function randomFrom(seed: string): Random {
  const below = generator(seed);
  return {
    seed,
    below,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    shuffle: <T>(items: readonly T[]) => {
      const rest = [...items];
      return items.map(() => rest.splice(below(rest.length), 1)[0] as T);
    },
    word: (length) =>
      Array.from({ length }, (_none, index) => (index === 0 ? LETTERS[below(26)] : SYMBOLS[below(36)])).join(''),
    fork: (purpose) => randomFrom(`${seed}/${purpose}`),
  };
}

/** mulberry32, begun with a hash of the seed. */
function generator(seed: string): (limit: number) => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
