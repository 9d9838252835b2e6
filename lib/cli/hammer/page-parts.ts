/** What a browser fetches for a page by itself, as far as a run does. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import { subResourcesOf } from '../sub-resources.js';

/** A page with more is not finished: the request limits are for many pages. */
const MOST_PARTS = 20;

/** Paths with queries, each once, in the page's order; none for what is no page. */
export function partsOf({ answer, origin, question }: Exchange): string[] {
  if (answer === null || !/\bhtml\b/i.test(valuesOf(answer.headers, 'content-type').join())) return [];
  const parts = subResourcesOf(textOf(answer), new URL(question.path, origin));
  return parts
    .map(({ pathname, search }) => pathname + search)
    .filter((path) => path !== question.path)
    .slice(0, MOST_PARTS);
}
