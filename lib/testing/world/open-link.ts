/** Links, opened as a browser does: redirects are followed, buttons are not pressed. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { Person } from './person.js';
import type { World } from './world.js';

const MOST_REDIRECTS = 5;
const CODE = /(?:^|[?&])(?:code|token|ticket|key|otp|proof|magic|login)=/i;

/** @param link path or URL; only what is on this site is opened */
export async function opened(person: Person, link: string, left = MOST_REDIRECTS): Promise<Exchange | null> {
  const base = new URL('/', person.origin);
  if (!URL.canParse(link, base.href)) return null;
  const { pathname, search } = new URL(link, base);
  const exchange = await person.get(`${pathname}${search}`);
  const [location] = valuesOf(exchange.answer?.headers ?? [], 'location');
  if (location === undefined || left === 0) return exchange;
  const target = new URL(location, new URL(`${pathname}${search}`, base));
  return target.origin === base.origin ? opened(person, target.href, left - 1) : exchange;
}

/** Addresses that this person came by and that hold a code. */
export function usedInLogin(world: World, { label }: Person): string[] {
  const asked = world.journal.last.filter(({ asker, question }) => {
    return (
      asker === label && question.method === 'GET' && CODE.test(new URL(question.path, 'http://here.invalid').search)
    );
  });
  return [...new Set(asked.map(({ question }) => question.path))].slice(-2);
}
