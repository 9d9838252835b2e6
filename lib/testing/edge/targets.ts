/** What is asked behind caches: the routes, the pages that every app has, and what the pages load. */

import { Parser } from 'htmlparser2';
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { offsetOf, textOf } from '../../evidence/marks.js';
import { readDirectives } from '../cache-sim/cache-control.js';
import type { Person } from '../world/person.js';
import { bodyOf } from '../world/say-who.js';
import type { Route } from '../world/suite-options.js';
import type { World } from '../world/world.js';

export interface Target {
  readonly path: string;
  readonly route: Route;
  /** What the person got without a cache. */
  readonly plain: Exchange;
  /** It holds what is its asker's, and not shown to strangers. */
  readonly personal: boolean;
  readonly setsCookie: boolean;
  /** What a visitor without cookies got. */
  readonly open: Exchange;
  /** The same, if it sets cookies. */
  readonly welcome: Exchange | null;
  /** Who asks in the place of the person, with another credential of theirs; null for the person. */
  readonly as: Person | null;
  /** What the same page said to the same person when it was asked in another way, if that was stricter. */
  readonly otherwise: readonly Exchange[];
  /** What the person has to do first, each time, so that the page is personal. */
  readonly after: Route | null;
}

const MOST_LOADED = 20;
/** Of the tags that a browser fetches without a click. */
const LOADS: Readonly<Record<string, string>> = {
  script: 'src',
  link: 'href',
  img: 'src',
  iframe: 'src',
  source: 'src',
};

/** In the order in which a browser would come to them. Each was asked once by `person`. */
export async function targetsOf(world: World, person: Person): Promise<Target[]> {
  const targets: Target[] = [];
  const seen = new Set<string>();
  const add = async (route: Route) => {
    if (seen.has(route.path)) return;
    seen.add(route.path);
    const plain = await person.ask(route);
    const open = await world.nobody().ask(route);
    targets.push({
      path: route.path,
      route,
      plain,
      personal: isPersonal(world, plain, open),
      setsCookie: setsCookie(plain),
      open,
      welcome: setsCookie(open) ? open : null,
      as: null,
      otherwise: [],
      after: null,
    });
  };
  for (const route of [...world.safeRoutes.filter(({ method }) => method === 'GET'), ...everyAppHas(world)])
    await add(route);
  const loaded = targets.flatMap(({ plain }) => loadedBy(plain));
  for (const path of loaded.slice(0, MOST_LOADED)) await add(getting(path));
  return targets;
}

/** Pages that are personal only after something was done, as one that shows a message once. */
export async function targetsAfter(world: World, person: Person, targets: readonly Target[]): Promise<Target[]> {
  const found: Target[] = [];
  for (const after of world.routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD')) {
    for (const target of targets.filter(({ personal, plain }) => !personal && plain.answer?.status === 200)) {
      await person.ask(after);
      const plain = await person.ask(target.route);
      if (isPersonal(world, plain)) found.push({ ...target, plain, personal: true, after });
    }
  }
  return found;
}

export function getting(path: string): Route {
  return { label: `GET ${path}`, method: 'GET', path, headers: [] };
}

/** Whether the answer holds what only its asker may see: a public profile shows a stranger the same. */
export function isPersonal(world: World, exchange: Exchange, toStranger?: Exchange): boolean {
  const own = world.marksOf(exchange.asker);
  const text = bodyOf(exchange);
  const open = toStranger === undefined ? '' : bodyOf(toStranger);
  return own.some((mark) => offsetOf(text, mark) >= 0 && offsetOf(open, mark) < 0);
}

export function setsCookie({ answer }: Exchange): boolean {
  return valuesOf(answer?.headers ?? [], 'set-cookie').length > 0;
}

export function saysPrivate({ answer }: Exchange): boolean {
  const says = readDirectives(answer?.headers ?? [], 'cache-control');
  return says.has('private') || says.has('no-store');
}

function everyAppHas({ whoami, options: { login }, random }: World): Route[] {
  const own = whoami !== null && whoami.method === 'GET' ? [whoami] : [];
  const page = typeof login === 'function' ? [] : [typeof login === 'string' ? login : login.path];
  return [...own, ...[...page, '/', '/favicon.ico', `/missing-${random.word(8)}`].map(getting)];
}

function loadedBy({ answer, question }: Exchange): string[] {
  if (answer === null || !/html/i.test(valuesOf(answer.headers, 'content-type').join())) return [];
  const found: string[] = [];
  const parser = new Parser({
    onopentag(tag, attributes) {
      const reference = attributes[LOADS[tag] ?? ''];
      if (reference) found.push(reference);
    },
  });
  parser.end(textOf(answer));
  const base = new URL(question.path, 'http://here.invalid');
  return found.flatMap((reference) => {
    const url = URL.canParse(reference, base.href) ? new URL(reference, base) : null;
    return url !== null && url.origin === base.origin ? [`${url.pathname}${url.search}`] : [];
  });
}
