/**
 * Proof without the probe: two browsers with empty jars were given the same session cookie, while URLs that nobody asked
 * before give a new one each. A cookie that is the same everywhere proves nothing.
 */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { NewFinding } from '../../evidence/finding.js';
import { redacted } from '../../evidence/shown.js';
import type { Asking } from './asking.js';
import { cacheSigns } from './cache-headers.js';
import { BROWSERS, type Visit } from './page.js';
import { sessionCookiesOf } from './session-cookies.js';
import type { Show } from './show.js';

export interface Replay {
  readonly url: URL;
  readonly name: string;
  readonly exchanges: Visit['exchanges'];
  /** Two URLs that nobody had asked before, with a new value each. */
  readonly controls: readonly Exchange[];
}

const CONTROLS = 2;

/** Null also where nobody can say: the cookie may be the same for everybody. */
export async function replayIn(visit: Visit, asking: Asking, newId: () => string): Promise<Replay | null> {
  const shared = sharedCookie(visit);
  if (shared === null) return null;
  const { url, exchanges } = visit;
  for (const fresh of [withQuery, withPath]) {
    if (!asking.promise(CONTROLS)) return null;
    const controls = [await control(asking, fresh(url, newId()), 0), await control(asking, fresh(url, newId()), 1)];
    const values = controls.map((exchange) => cookieValue(exchange, shared.name));
    const isNew = new Set([...values, shared.value]).size === CONTROLS + 1 && !values.includes(undefined);
    if (isNew) return { url, name: shared.name, exchanges, controls };
  }
  return null;
}

/** One that both got, with the same value. */
function sharedCookie({ exchanges: [first, second] }: Visit) {
  return sessionCookiesOf(first).find(({ name, value }) => cookieValue(second, name) === value) ?? null;
}

function cookieValue(exchange: Exchange, wanted: string): string | undefined {
  return sessionCookiesOf(exchange).find(({ name }) => name === wanted)?.value;
}

function control(asking: Asking, path: string, browser: 0 | 1): Promise<Exchange> {
  return asking.ask({ path, headers: [['Accept', '*/*']] }, BROWSERS[browser]);
}

function withQuery({ pathname, search }: URL, id: string): string {
  return `${pathname}${search}${search === '' ? '?' : '&'}swapproof=${id}`;
}

/** Some caches leave the query out of their key. */
function withPath({ pathname }: URL, id: string): string {
  return `${pathname.slice(0, pathname.lastIndexOf('/') + 1)}${id}`;
}

export function replayFinding({ url, name, exchanges, controls }: Replay, show: Show): NewFinding {
  const [owner, receiver] = exchanges;
  const line = valuesOf(receiver.answer?.headers ?? [], 'set-cookie').find((candidate) =>
    candidate.startsWith(`${name}=`),
  );
  const signs = cacheSigns(receiver.answer?.headers ?? []);
  return {
    mechanism: 'M12',
    title: `two browsers without cookies were given the same ${name} (GET ${url.pathname})`,
    owner: owner.asker,
    receiver: receiver.asker,
    exchanges: [owner, receiver, ...controls].map(show),
    leak: { where: 'cookie', name, offset: null, excerpt: redacted(['Set-Cookie', line ?? ''])[1] },
    detail:
      'Something in front of the app keeps the response with its Set-Cookie and gives it to others: they share a session. ' +
      `Two URLs that nobody had asked before gave a new ${name} each.${signs === '' ? '' : ` What headers say of it: ${signs}.`}`,
  };
}
