/** Opens a page as a browser does: to the end of its redirects, and with what belongs to it. */
import { type Exchange, type Question, valuesOf } from '../../evidence/exchange.js';
import type { Person } from '../../testing/world/person.js';
import { partsOf } from './page-parts.js';

const MOST_REDIRECTS = 5;

/** Everything that was asked, in order: the page is the last of those that are no part. */
export async function visit(person: Person, question: Question): Promise<Exchange[]> {
  const asked = [await person.askAgain(question)];
  for (let next = redirectOf(asked[0] as Exchange); next !== null && asked.length <= MOST_REDIRECTS; ) {
    const exchange = await person.askAgain({ path: next });
    asked.push(exchange);
    next = redirectOf(exchange);
  }
  const parts = partsOf(asked.at(-1) as Exchange);
  return [...asked, ...(await Promise.all(parts.map((path) => person.askAgain({ path }))))];
}

/** Where a browser would go on, on this origin; null if nowhere. */
export function redirectOf({ answer, origin, question }: Exchange): string | null {
  const [location] = valuesOf(answer?.headers ?? [], 'location');
  if (answer === null || location === undefined || ![301, 302, 303, 307, 308].includes(answer.status)) return null;
  const here = new URL(question.path, origin);
  if (!URL.canParse(location, here.href)) return null;
  const target = new URL(location, here);
  return target.origin === here.origin ? target.pathname + target.search : null;
}
