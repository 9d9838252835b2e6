/** Who is shown whose fields on one page, when it is asked by several: told apart from lists, and from what one of them shares. */
import type { Exchange } from '../../../evidence/exchange.js';
import { offsetOf, type Sighting, sightingsOf } from '../../../evidence/marks.js';
import { bodyOf } from '../../world/say-who.js';
import type { World } from '../../world/world.js';

/** The asker of `to` was shown fields of somebody else, in the place of the own ones. */
export interface MixedUp {
  readonly to: Exchange;
  /** What their owner was answered there. */
  readonly of: Exchange;
  readonly sighting: Sighting;
  readonly fields: readonly string[];
}

/** Each of `answers` is that of another person to the same route. Empty unless each was shown another one's, and nobody both. */
export function mixedUp(world: World, answers: readonly Exchange[]): MixedUp[] {
  const moved = answers.flatMap((to) => movedIn(world, to, answers));
  const owners = new Set(moved.map(({ sighting }) => sighting.owner));
  const areShared = moved.some(({ of, fields }) => ownFields(world, of).some((field) => fields.includes(field)));
  return owners.size === moved.length && !areShared ? moved : [];
}

/** Names of the fields that the answer shows of its asker. */
export function ownFields(world: World, exchange: Exchange): string[] {
  const { asker } = exchange;
  const marks = world.marksOf(asker);
  const shown = marks.filter((mark) => offsetOf(bodyOf(exchange), mark) >= 0);
  return asker === null ? [] : shown.map((mark) => world.fieldOf({ owner: asker, mark }));
}

/** A list shows the same fields of its asker; what has no single owner is a list as well. */
export function movedIn(world: World, to: Exchange, answers: readonly Exchange[]): MixedUp[] {
  const sightings = fieldsOfOthers(world, to);
  const [sighting] = sightings;
  const of = answers.find(({ asker }) => asker !== null && asker === sighting?.owner);
  if (sighting === undefined || of === undefined || sightings.some(({ owner }) => owner !== sighting.owner)) return [];
  const fields = sightings.map((one) => world.fieldOf(one));
  const own = ownFields(world, to);
  return fields.some((field) => own.includes(field)) ? [] : [{ to, of, sighting, fields }];
}

/** Also where its page is a list. */
export function fieldsOfOthers(world: World, exchange: Exchange): Sighting[] {
  return sightingsOf(exchange, world.everybody).filter(({ where }) => where === 'body');
}
