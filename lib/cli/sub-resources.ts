/** What a browser fetches with a page by itself: scripts, styles, images, fonts, as far as the page's markup names them. */
import { Parser } from 'htmlparser2';

/** Which attribute of which element is fetched. */
const FETCHED: Readonly<Record<string, string>> = {
  script: 'src',
  img: 'src',
  source: 'src',
  audio: 'src',
  video: 'src',
  embed: 'src',
  iframe: 'src',
  link: 'href',
};
const LINKS = /\b(?:stylesheet|icon|preload|modulepreload|manifest)\b/i;

/** Absolute URLs of the same origin, each once, in the page's order. */
export function subResourcesOf(html: string, page: URL): URL[] {
  const found = new Map<string, URL>();
  let base = page;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'base' && attributes.href) base = urlOf(attributes.href, page) ?? base;
      const attribute = FETCHED[name];
      const value = attribute === undefined ? undefined : attributes[attribute];
      if (!value || (name === 'link' && !LINKS.test(attributes.rel ?? ''))) return;
      const url = urlOf(value, base);
      if (url?.origin === page.origin) found.set(url.href, url);
    },
  });
  parser.end(html);
  return [...found.values()];
}

/** Without its fragment; null for what is no URL, as in a broken page. */
function urlOf(text: string, base: URL): URL | null {
  if (!URL.canParse(text, base.href)) return null;
  const url = new URL(text, base);
  url.hash = '';
  return url;
}
