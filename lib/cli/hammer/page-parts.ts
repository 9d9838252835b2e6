/** What a browser fetches for a page: its scripts, styles, images and the like, of the same origin. */
import { Parser } from 'htmlparser2';
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';

/** A page with more is not finished: the request limits are for many pages. */
const MOST_PARTS = 20;

const SOURCES: Readonly<Record<string, string>> = {
  script: 'src',
  img: 'src',
  iframe: 'src',
  embed: 'src',
  source: 'src',
  audio: 'src',
  video: 'src',
  link: 'href',
};
/** Other links are not fetched by showing the page. */
const FETCHED_LINKS = /\b(?:stylesheet|icon|manifest|modulepreload|preload)\b/i;

/** Paths with queries, each once, in the page's order; none for what is no page. */
export function partsOf({ answer, origin, question }: Exchange): string[] {
  if (answer === null || !/\bhtml\b/i.test(valuesOf(answer.headers, 'content-type').join())) return [];
  const page = new URL(question.path, origin);
  let base = page;
  const found = new Set<string>();
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (tag === 'base' && attributes.href) base = urlOf(attributes.href, page) ?? base;
      const address = attributes[SOURCES[tag] ?? ''];
      if (address === undefined || (tag === 'link' && !FETCHED_LINKS.test(attributes.rel ?? ''))) return;
      const url = urlOf(address, base);
      if (url?.origin === page.origin && url.pathname + url.search !== question.path)
        found.add(url.pathname + url.search);
    },
  });
  parser.end(textOf(answer));
  return [...found].slice(0, MOST_PARTS);
}

function urlOf(address: string, base: URL): URL | null {
  return URL.canParse(address, base.href) ? new URL(address, base) : null;
}
