/** Which pages were refused to whom, when all asked one after another: what nobody may be shown later either. */
import type { Exchange } from '../../evidence/exchange.js';

const REFUSALS = [401, 403, 404];

export function isRefusal({ answer }: Exchange): boolean {
  return REFUSALS.includes(answer?.status ?? 0);
}

export class Refusals {
  readonly #known = new Set<string>();

  add({ asker, question }: Exchange): void {
    this.#known.add(keyOf(asker, question.path));
  }

  has(asker: string | null, path: string): boolean {
    return this.#known.has(keyOf(asker, path));
  }
}

function keyOf(asker: string | null, path: string): string {
  return JSON.stringify([asker, path.replace(/[?&]fresh=.*$/, '')]);
}
