/** A request that changes something, as the app's own page would send it: with the fields and tokens of the form that it has for it. */
import { fillForm } from './login-form.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import { type Route, routeOf } from './suite-options.js';
import type { World } from './world.js';

/** The route itself, where it has a body of its own or no page has a form for it. */
export async function filledRoute(world: World, person: Person, route: Route): Promise<Route> {
  if (route.method !== 'POST' || route.body !== undefined) return route;
  const fields = await formFor(world, person, route);
  return fields === null ? route : { ...routeOf({ method: 'POST', path: route.path, form: fields }, 'routes') };
}

/** The fields of the first form on a page of the app that is sent to this route; null without one. */
export async function formFor(world: World, person: Person, { path }: Route) {
  for (const page of world.safeRoutes) {
    const at = (action: string) => new URL(action, `${world.origin}${page.path}`).pathname;
    const html = bodyOf(await person.ask(page));
    const form = fillForm(html, ({ action, method }) => method === 'POST' && at(action) === path.replace(/\?.*$/, ''));
    if (form !== null) return form.fields;
  }
  return null;
}
