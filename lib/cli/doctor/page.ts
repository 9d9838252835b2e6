/** The page that was named, and what it fetches, as two browsers with empty jars get them. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import { subResourcesOf } from '../sub-resources.js';
import type { Asking } from './asking.js';

export interface Visit {
  readonly url: URL;
  /** Of the first and of the second browser, one right after the other. */
  readonly exchanges: readonly [Exchange, Exchange];
}

export const BROWSERS = ['first browser', 'second browser'] as const;
const MOST_REDIRECTS = 3;
const HTML = [['Accept', 'text/html,application/xhtml+xml,*/*;q=0.8']] as const;
const ANYTHING = [['Accept', '*/*']] as const;

/** The page, behind redirects within its site. Null if there was no request left. */
export async function visitPage(asking: Asking, page: URL): Promise<Visit | null> {
  let url = page;
  for (let redirects = 0; ; redirects++) {
    const first = await askOnce(asking, url, BROWSERS[0], HTML);
    if (first === null) return null;
    const next = redirects < MOST_REDIRECTS ? redirectOf(first, url) : null;
    if (next === null) {
      const second = await askOnce(asking, url, BROWSERS[1], HTML);
      return second && { url, exchanges: [first, second] };
    }
    url = next;
  }
}

/** @param most of the page's sub-resources; two requests each */
export async function visitAssets(asking: Asking, page: Visit, most: number): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (const url of assetsOf(page).slice(0, most)) {
    const visit = await visitAsset(asking, url);
    if (visit) visits.push(visit);
  }
  return visits;
}

export async function visitAsset(asking: Asking, url: URL): Promise<Visit | null> {
  if (!asking.promise(2)) return null;
  const ask = (asker: string) => asking.ask({ path: pathOf(url), headers: ANYTHING }, asker);
  return { url, exchanges: [await ask(BROWSERS[0]), await ask(BROWSERS[1])] };
}

export function assetsOf({ url, exchanges }: Visit): URL[] {
  const [{ answer }] = exchanges;
  const type = valuesOf(answer?.headers ?? [], 'content-type').join();
  return answer !== null && /html/i.test(type) ? subResourcesOf(textOf(answer), url) : [];
}

async function askOnce(asking: Asking, url: URL, asker: string, headers: typeof HTML): Promise<Exchange | null> {
  return asking.promise(1) ? asking.ask({ path: pathOf(url), headers }, asker) : null;
}

function redirectOf({ answer }: Exchange, url: URL): URL | null {
  const [location] = valuesOf(answer?.headers ?? [], 'location');
  if (location === undefined || answer === null || answer.status < 300 || answer.status > 399) return null;
  if (!URL.canParse(location, url.href)) return null;
  const next = new URL(location, url);
  return next.origin === url.origin ? next : null;
}

function pathOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}
