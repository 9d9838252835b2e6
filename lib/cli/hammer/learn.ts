/** From answers to people who asked one after another: what is a mark of whom, and what is shown to others on purpose. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { Account } from '../../testing/world/person.js';
import { placeOf } from './journal.js';
import type { Judge } from './judge.js';
import { isRead } from './options.js';
import { textsIn } from './texts.js';

const MOST_MARKS = 24;

/** Headers of caches, some of which say so on a miss as well. */
const CACHE_HEADERS = ['age', 'x-cache', 'x-cache-status', 'cf-cache-status', 'x-varnish', 'x-proxy-cache'];
const IN_FRONT = [...CACHE_HEADERS, 'via', 'server', 'x-served-by'];

/** What may stand in front of the app, by the names of the headers that say so. */
export function signsOfProxy(exchanges: readonly Exchange[]): string[] {
  // Of a POST no cache answers: what it says there, the app says.
  const read = exchanges.filter(({ question }) => isRead(question.method));
  const names = read.flatMap(({ answer }) => (answer?.headers ?? []).map(([name]) => name.toLowerCase()));
  return [...new Set(names)].filter((name) => IN_FRONT.includes(name));
}

/** A cache says that it gave this from what it kept. */
export function saysHit({ answer }: Exchange): boolean {
  const headers = answer?.headers ?? [];
  const [ids = ''] = valuesOf(headers, 'x-varnish');
  return (
    valuesOf(headers, 'age').length > 0 ||
    / \d/.test(ids) ||
    CACHE_HEADERS.some((name) => valuesOf(headers, name).some((value) => /\bhit\b/i.test(value)))
  );
}

/**
 * A string is somebody's mark if each of his answers at a place holds it (there are two or more), and none of anybody
 * else's anywhere: it is no token of one request, and nothing that all are shown.
 */
export function learnMarks(accounts: readonly Account[], answers: readonly Exchange[]): void {
  const texts = answers.map((exchange) => ({ exchange, texts: textsIn(exchange) }));
  for (const account of accounts) {
    const others = new Set(texts.flatMap((one) => (one.exchange.asker === account.label ? [] : [...one.texts])));
    const own = texts.filter(({ exchange }) => exchange.asker === account.label);
    for (const { stable } of byPlace(own)) {
      for (const text of stable) {
        if (!others.has(text) && account.marks.size < MOST_MARKS) account.marks.add(text);
      }
    }
  }
}

interface Told {
  readonly exchange: Exchange;
  readonly texts: ReadonlySet<string>;
}

function byPlace(told: readonly Told[]): { stable: string[] }[] {
  const places = new Map<string, Told[]>();
  for (const one of told) {
    const place = placeOf(one.exchange);
    places.set(place, [...(places.get(place) ?? []), one]);
  }
  return [...places.values()]
    .filter(({ length }) => length > 1)
    .map(([first, ...rest]) => ({
      stable: [...(first?.texts ?? [])].filter((text) => rest.every(({ texts }) => texts.has(text))),
    }));
}

/** Somebody's mark that others are shown on purpose, and where. */
export interface ShownMark {
  readonly place: string;
  readonly owner: string;
  readonly mark: string;
}

/**
 * What of others is shown on purpose. An answer that was made before its owner had asked there, or that holds marks of
 * the asker's own as well, is no copy of the owner's.
 * @param answers in the order in which they were made
 */
export function learnShown(judge: Judge, answers: readonly Exchange[]): ShownMark[] {
  const askedBefore = new Set<string>();
  const shown = new Map<string, ShownMark>();
  for (const exchange of answers) {
    const place = placeOf(exchange);
    const own = judge.holdsOwn(exchange);
    for (const { owner, mark } of judge.sightingsIn(exchange)) {
      const couldBeCopy = askedBefore.has(`${owner} ${place}`) || saysHit(exchange);
      if (couldBeCopy && !own) continue;
      judge.allow(place, { owner, mark });
      shown.set(`${place} ${owner} ${mark}`, { place, owner, mark });
    }
    askedBefore.add(`${exchange.asker} ${place}`);
  }
  return [...shown.values()];
}
