/** Where the app answers the probe, and in which cookies and headers it looks for sessions. */
import { textOf } from '../../evidence/marks.js';
import { readProbePage } from '../../probe/probe-page.js';
import { PROBE_PATH } from '../../probe/route.js';
import type { Asking } from './asking.js';
import type { Ways } from './checks.js';
import type { Settings } from './options.js';
import type { Visit } from './page.js';
import { sessionCookiesOf } from './session-cookies.js';

export interface Probe {
  /** What stands before its path. */
  readonly prefix: string;
  readonly ways: Ways;
}

const USUAL_COOKIE = 'connect.sid';
const ALWAYS = ['authorization', 'x-session-token'];

/** Below the page first, where the rules for the page apply. Null if the app answers nowhere. */
export async function findProbe(
  asking: Asking,
  page: Visit,
  settings: Settings,
  newId: () => string,
): Promise<Probe | null> {
  for (const prefix of prefixesOf(page.url)) {
    if (!asking.promise(1)) return null;
    const { answer } = await asking.ask({ path: `${prefix}${PROBE_PATH}/${newId()}` }, null);
    const found = answer && readProbePage(textOf(answer));
    if (found) return { prefix, ways: waysOf(found.names, page, settings) };
  }
  return null;
}

function prefixesOf({ pathname }: URL): string[] {
  const folder = pathname.slice(0, pathname.lastIndexOf('/'));
  const isFile = /\.[^/]*$/.test(pathname);
  return [...new Set([isFile ? folder : pathname.replace(/\/+$/, ''), folder, ''])];
}

/** What the user said, else what the app said, else what the page set. */
function waysOf(
  names: Ways | { cookies: readonly string[]; headers: readonly string[] },
  page: Visit,
  settings: Settings,
): Ways {
  const ofPage = sessionCookiesOf(page.exchanges[0]).map(({ name }) => name);
  const [first = USUAL_COOKIE, ...others] =
    [settings.cookieNames, names.cookies, ofPage].find((list) => list.length > 0) ?? [];
  const headers = [...ALWAYS, ...names.headers, ...settings.credentialHeaders].map((name) => name.toLowerCase());
  return { cookies: [first, ...others], headers: [...new Set(headers)] };
}
