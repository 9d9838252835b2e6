/** Logs a person out, by the route that the app names or the one that most apps have. */
import { type Exchange, isAccepted } from '../../evidence/exchange.js';
import { fillForm } from './login-form.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import { type Route, routeOf } from './suite-options.js';
import type { World } from './world.js';

/** What apps call it, in a form's action. */
const LOGOUT = /log-?out|sign-?out/i;

/** The exchange, or null where the app has no logout that it takes. Cookies that it clears are cleared. */
export async function logOut(world: World, person: Person): Promise<Exchange | null> {
  const leave = await wayOut(world, person);
  return leave();
}

/** How to log out, as far as pages have to be asked for it: for a logout at a moment when they may not be answered. */
export async function wayOut(world: World, person: Person): Promise<() => Promise<Exchange | null>> {
  const { logout } = world.options;
  if (logout !== undefined) {
    const route = await withToken(world, person, routeOf(logout, 'logout'));
    return async () => taken(await person.ask(route));
  }
  const form = await logoutForm(world, person);
  if (form !== null) return async () => taken(await person.post(form.action, form.fields));
  const link = await logoutLink(world, person);
  return async () => taken(await person.post('/logout')) ?? (link === null ? null : taken(await person.get(link)));
}

/** A link on one of the app's pages, of apps that log out by a GET. */
async function logoutLink(world: World, person: Person): Promise<string | null> {
  for (const route of world.safeRoutes) {
    const page = bodyOf(await person.ask(route));
    const [, link] = [...page.matchAll(/href=["']?(\/[^"'\s>]*)/gi)].find(([, path = '']) => LOGOUT.test(path)) ?? [];
    if (link !== undefined) return link;
  }
  return null;
}

/** A form on one of the app's pages, with the token that it may hold. */
async function logoutForm(world: World, person: Person, path?: string) {
  for (const route of world.safeRoutes) {
    const page = await person.ask(route);
    const form = fillForm(bodyOf(page), ({ action, method }) => {
      return method === 'POST' && (path === undefined ? LOGOUT.test(action) : action === path);
    });
    if (form !== null) return form;
  }
  return null;
}

async function withToken(world: World, person: Person, route: Route): Promise<Route> {
  if (route.method !== 'POST' || route.body !== undefined) return { ...route, body: route.body ?? '' };
  const form = await logoutForm(world, person, route.path);
  if (form === null) return { ...route, body: '' };
  return routeOf({ method: 'POST', path: route.path, form: form.fields }, 'logout');
}

function taken(exchange: Exchange): Exchange | null {
  return isAccepted(exchange) ? exchange : null;
}
