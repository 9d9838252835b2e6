/** Links and codes that the answer to a request or a mail holds, and every way in which they could be used. */

import { type Exchange, isAccepted, valuesOf } from '../../evidence/exchange.js';
import { jsonLeaves } from '../../evidence/json-leaves.js';
import { filledRoute } from './filled-route.js';
import { isSecretLike } from './found-token.js';
import { opened } from './open-link.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import { type Route, routeOf } from './suite-options.js';
import type { World } from './world.js';

/** Uses what was found, as this person. */
export type Use = (person: Person) => Promise<Exchange | null>;

const LINK = /(?:https?:\/\/[^\s"'<>]*?)?(\/[^\s"'<>\\]+)/g;
const CODE = /^(?:\d{4,8}|[A-Z0-9]{6,10})$/;
const SHORT_SECRET = /^(?=.*\d)(?=.*[a-z])[\w-]{8,}$/i;
const MOST = 3;
/** What apps call it; all are sent at once. */
const NAMES = ['token', 'code', 'otp', 'key'];

/** What `person` sets going by this request. Called again it sets it going anew, with the same ways in the same order. */
export async function usesOf(world: World, person: Person, route: Route): Promise<Use[]> {
  const before = world.mails.length;
  const exchange = await person.ask(await filledRoute(world, person, route));
  if (!isAccepted(exchange)) return [];
  const mailed = world.mails.slice(before).map(({ text }) => text);
  const texts = [bodyOf(exchange), ...valuesOf(exchange.answer?.headers ?? [], 'location'), ...mailed];
  const links = [...new Set(texts.flatMap(linksIn))].slice(0, MOST);
  if (links.length > 0) return links.map((link) => (user) => opened(user, link));
  const [code] = codesIn(exchange, mailed);
  if (code === undefined) return [];
  const others = world.changingRoutes.filter(({ label }) => label !== route.label);
  return [
    ...world.safeRoutes.map(
      ({ path }): Use =>
        (user) =>
          opened(user, withCode(path, code)),
    ),
    ...others.map(
      (other): Use =>
        (user) =>
          user.ask(sentWith(other, code)),
    ),
  ];
}

/** With a part that nobody can guess. */
function linksIn(text: string): string[] {
  const plain = text.replaceAll('&amp;', '&').replaceAll('\\/', '/');
  return [...plain.matchAll(LINK)]
    .map(([, path = '']) => path)
    .filter((path) => {
      const { pathname, searchParams } = new URL(path, 'http://here.invalid');
      return pathname.split('/').some(isSecretLike) || [...searchParams.values()].some(isCodeLike);
    });
}

/** A parameter may be shorter: that it is one tells enough. */
function isCodeLike(value: string): boolean {
  return isSecretLike(value) || CODE.test(value) || SHORT_SECRET.test(value);
}

interface Code {
  readonly name: string;
  readonly value: string;
}

function codesIn(exchange: Exchange, mailed: readonly string[]): Code[] {
  // Of JSON alone: a code in a page is one among many numbers.
  const found = jsonLeaves(bodyOf(exchange))
    .map(([name, value]): Code => ({ name, value: String(value) }))
    .filter(({ value }) => CODE.test(value) || isSecretLike(value));
  const words = mailed
    .flatMap((text) => text.split(/[^\w.~-]+/))
    .filter((word) => CODE.test(word) || isSecretLike(word));
  return [...found, ...words.map((value) => ({ name: '', value }))];
}

function fieldsFor({ name, value }: Code): Record<string, string> {
  return Object.fromEntries([...NAMES, name].filter((one) => one !== '').map((one) => [one, value]));
}

function withCode(path: string, code: Code): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(fieldsFor(code))}`;
}

function sentWith({ method, path, headers, body }: Route, code: Code): Route {
  const isJson = headers.some(([name, value]) => /^content-type$/i.test(name) && /json/i.test(value));
  const fields = fieldsFor(code);
  const own: object =
    body === undefined ? {} : isJson ? (JSON.parse(body) as object) : Object.fromEntries(new URLSearchParams(body));
  const all = { ...own, ...fields };
  return routeOf({ method, path, ...(isJson ? { json: all } : { form: all }) }, 'routes');
}
