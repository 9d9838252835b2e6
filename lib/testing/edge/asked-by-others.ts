/** The same pages, asked by everybody else: what a page says about caching may hang on who asks, as on what somebody has paid for. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { Person } from '../world/person.js';
import type { World } from '../world/world.js';
import { isPersonal, saysPrivate, type Target } from './targets.js';

const SAID = ['cache-control', 'cdn-cache-control', 'surrogate-control', 'vary'];

/** Those that say something else to one of `others` than to the person who was asked first. */
export async function askedByOthers(
  world: World,
  others: readonly Person[],
  targets: readonly Target[],
): Promise<Target[]> {
  const found: Target[] = [];
  for (const target of targets) {
    const heard = new Set([saidBy(target.plain)]);
    for (const person of others) {
      const plain = await person.ask(target.route);
      if (heard.has(saidBy(plain))) continue;
      heard.add(saidBy(plain));
      const otherwise = saysPrivate(target.plain) ? [target.plain] : [];
      if (isPersonal(world, plain, target.open))
        found.push({ ...target, plain, personal: true, as: person, setsCookie: false, welcome: null, otherwise });
    }
  }
  return found;
}

function saidBy({ answer }: Exchange): string {
  const headers = answer?.headers ?? [];
  return JSON.stringify([answer?.status, ...SAID.map((name) => valuesOf(headers, name)), lasts(answer)]);
}

/** The time itself differs from answer to answer. */
function lasts(answer: Exchange['answer']): boolean {
  return Date.parse(valuesOf(answer?.headers ?? [], 'expires')[0] ?? '') > Date.now();
}
