/** Which cookies make somebody who he is: those without which the app does not know him. */
import type { Person } from './person.js';
import { isTakenFor } from './say-who.js';
import type { World } from './world.js';

/** Names. Tried one by one, since a name tells nothing. */
export async function identityCookies(world: World, person: Person): Promise<string[]> {
  const pairs = pairsOf(person);
  const names: string[] = [];
  for (const [name] of pairs) {
    const without = world.browser(person.account);
    const rest = pairs.filter(([other]) => other !== name).map(([other, value]) => `${other}=${value}`);
    if (rest.length > 0) without.wear({ Cookie: rest.join('; ') });
    if ((await isTakenFor(world, without)) !== person.label) names.push(name);
  }
  return names;
}

/** The cookies that the person would send to the app's root. */
export function pairsOf(person: Person): (readonly [name: string, value: string])[] {
  const header = person.jar.header(new URL('/', person.origin));
  if (header === '') return [];
  return header.split('; ').map((pair) => [pair.replace(/=.*$/s, ''), pair.slice(pair.indexOf('=') + 1)] as const);
}
