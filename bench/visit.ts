/** Logs in and looks at the answers, so that what is measured is right. */

import type { ServerProcess } from './server-process.js';
import { FIRST_USER, type Variant, variants } from './variants.js';

/** What browsers send along. */
const OTHER_COOKIES = ['_ga=GA1.1.1850123456.1763720000', 'theme=dark', 'consent=eyJhbmFseXRpY3MiOnRydWV9'];

/** The URL and the Cookie header to measure with. @throws Error if a session gets anything but its own answer */
export async function prepare({ name, port }: ServerProcess): Promise<{ url: string; cookie: string }> {
  const variant: Variant = variants[name];
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}${variant.path}`;
  const users = variant.sessions ? [FIRST_USER, 'u_2'] : [FIRST_USER];
  const cookies = await Promise.all(users.map((user) => (variant.sessions ? logIn(origin, user) : ['sid=s_1'])));
  const headers = cookies.map((own) => [...own, ...OTHER_COOKIES].join('; '));
  // Twice: what comes from a cache must be right as well.
  for (const turn of [...users.keys(), ...users.keys()]) {
    const response = await fetch(url, { headers: { cookie: headers[turn] ?? '' } });
    const body = (await response.json()) as { user?: string; identity?: { id: string } };
    const user = body.user ?? body.identity?.id;
    if (response.status === 200 && user === users[turn]) continue;
    throw new Error(`${name} answered ${users[turn]} with ${response.status}, for ${user}`);
  }
  return { url, cookie: headers[0] ?? '' };
}

async function logIn(origin: string, user: string): Promise<string[]> {
  const response = await fetch(`${origin}/login/${user}`, { method: 'POST' });
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  if (response.status !== 200 || cookies.length === 0) throw new Error(`login answered ${response.status}`);
  return cookies;
}
