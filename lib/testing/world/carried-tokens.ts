/** What a page gives its visitor to send along with the next request: hidden fields, a meta tag, a value of an answer in JSON. */

import { Parser } from 'htmlparser2';
import type { HeaderLine } from '../../evidence/exchange.js';
import { jsonLeaves } from '../../evidence/json-leaves.js';
import { formFor } from './filled-route.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import { encoded, type Fields, FORM, type Route } from './suite-options.js';
import type { World } from './world.js';

export interface Carried {
  readonly name: string;
  readonly value: string;
  /** The rest of the form; null where it is no form's, and nobody knows where it is sent. */
  readonly fields: Fields | null;
}

const SHORTEST_TOKEN = 8;
const SENDABLE = /^[\w.~+/=:|-]+$/;
/** Where clients put it if it is in no form: all of them at once. */
const HEADERS = ['X-CSRF-Token', 'X-XSRF-Token', 'CSRF-Token'];
const NAMES = ['_csrf', 'csrf', 'csrfToken', 'csrf_token', '_token'];

/** By name, as this person's pages have them now. */
export async function tokensOnPages(world: World, person: Person, route: Route): Promise<Map<string, Carried>> {
  const fields = await formFor(world, person, route);
  if (fields !== null) {
    const all = Object.entries(fields).map(([name, value]) => ({ name, value: String(value), fields }));
    return byName(all);
  }
  const found: Carried[] = [];
  for (const page of world.safeRoutes) {
    const text = bodyOf(await person.ask(page));
    found.push(...[...metaTags(text), ...leaves(text)].map(([name, value]) => ({ name, value, fields: null })));
  }
  return byName(found);
}

/** The request with the token in it. */
export function carriedBy(route: Route, { name, value, fields }: Carried): Route {
  const others = route.headers.filter(([header]) => header.toLowerCase() !== 'content-type');
  if (fields !== null) {
    return { ...route, headers: [...others, ['Content-Type', FORM]], body: encoded({ ...fields, [name]: value }) };
  }
  const lines = HEADERS.map((header): HeaderLine => [header, value]);
  const more = Object.fromEntries([name, ...NAMES].map((key) => [key, value]));
  const type = route.headers.find(([header]) => header.toLowerCase() === 'content-type')?.[1] ?? FORM;
  const body = /json/i.test(type)
    ? JSON.stringify({ ...(JSON.parse(route.body ?? '{}') as object), ...more })
    : [route.body ?? '', encoded(more)].filter((part) => part !== '').join('&');
  return { ...route, headers: [...others, ...lines, ['Content-Type', type]], body };
}

function byName(all: readonly Carried[]): Map<string, Carried> {
  return new Map(all.filter(({ value }) => value.length >= SHORTEST_TOKEN).map((one) => [one.name, one]));
}

function metaTags(html: string): [string, string][] {
  const found: [string, string][] = [];
  const parser = new Parser({
    onopentag(tag, { name = '', content = '' }) {
      if (tag === 'meta' && SENDABLE.test(content)) found.push([name, content]);
    },
  });
  parser.end(html);
  return found;
}

function leaves(json: string): [string, string][] {
  return jsonLeaves(json).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && SENDABLE.test(value) ? [[name, value]] : [],
  );
}
