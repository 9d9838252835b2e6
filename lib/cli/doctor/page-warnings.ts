/** What the page and its files say by themselves: causes of swaps, without a swap seen. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { NewFinding } from '../../evidence/finding.js';
import { classify, type HeaderLines } from '../../response/cacheability.js';
import { looksStatic } from '../../response/static-extensions.js';
import type { Visit } from './page.js';
import { type SetCookie, sessionCookiesOf } from './session-cookies.js';
import type { Show } from './show.js';

interface Seen {
  readonly url: URL;
  readonly exchange: Exchange;
  readonly cookies: readonly SetCookie[];
}

type Warning = Pick<NewFinding, 'mechanism' | 'title' | 'detail'> & Partial<Pick<NewFinding, 'prevention'>>;

/** Milliseconds. Less is the network's, or a second that one side has begun. */
const CLOCKS_APART = 60_000;
const WARNINGS: readonly ((seen: Seen) => Warning | null)[] = [
  cookieOnFile,
  cookieWithoutPrivate,
  domainCookie,
  insecureCookie,
  clock,
];

/** @param visits the page first */
export function warningsOf(visits: readonly Visit[], show: Show): NewFinding[] {
  return visits.flatMap(({ url, exchanges: [exchange] }) => {
    const seen = { url, exchange, cookies: sessionCookiesOf(exchange) };
    const warnings = exchange.answer === null ? [] : WARNINGS.flatMap((warn) => warn(seen) ?? []);
    return warnings.map(
      (warning): NewFinding => ({
        ...warning,
        certainty: 'warning',
        owner: null,
        receiver: exchange.asker,
        exchanges: [show(exchange)],
      }),
    );
  });
}

function cookieOnFile({ url, cookies: [cookie] }: Seen): Warning | null {
  if (cookie === undefined || !looksStatic(url.pathname)) return null;
  return {
    mechanism: 'M12',
    title: `${url.pathname} looks like a file and sets the cookie ${cookie.name}`,
    detail: 'Caches keep files by their looks, some of them with the cookie: whoever gets the copy gets the session.',
    prevention: 'Serve files before the session library is mounted: app.use(express.static(...)) first (R8).',
  };
}

function cookieWithoutPrivate({ url, exchange, cookies: [cookie] }: Seen): Warning | null {
  if (cookie === undefined || looksStatic(url.pathname)) return null;
  const { class: kind, shared } = classify(fieldsOf(exchange), Date.now());
  if (kind !== 'NONE' && !shared) return null;
  const said = kind === 'NONE' ? 'says nothing of caches' : 'lets shared caches keep it';
  return {
    mechanism: 'M13',
    title: `${url.pathname} sets the cookie ${cookie.name} and ${said}`,
    detail: 'Stock HAProxy and Apache httpd caches then give the response, cookie included, to the next one who asks.',
    prevention:
      'Send Cache-Control: private, no-store with it, as guard() does (R4), or set the cookie on a POST only (R8).',
  };
}

function domainCookie({ cookies }: Seen): Warning | null {
  const cookie = cookies.find(({ attributes }) => (attributes.get('domain') ?? '') !== '');
  if (cookie === undefined) return null;
  return {
    mechanism: 'M24',
    title: `the cookie ${cookie.name} goes to every host of ${cookie.attributes.get('domain')}`,
    detail: 'Other apps below that domain receive it, and can set one of that name here.',
  };
}

function insecureCookie({ url, cookies }: Seen): Warning | null {
  const cookie = cookies.find(({ attributes }) => !attributes.has('secure'));
  if (cookie === undefined || url.protocol !== 'https:') return null;
  return {
    mechanism: 'M22',
    title: `the cookie ${cookie.name} is not Secure`,
    detail: 'It goes over http as well, where whoever is on the way can read it, or put another one in its place.',
    prevention: 'Set it with Secure, and name it __Host-... so that browsers refuse any other.',
  };
}

function clock({ url, exchange }: Seen): Warning | null {
  const headers = exchange.answer?.headers ?? [];
  const date = Date.parse(valuesOf(headers, 'date')[0] ?? '');
  const age = Number(valuesOf(headers, 'age')[0] ?? 0) * 1000;
  const apart = Math.abs(Date.now() - date - (Number.isNaN(age) ? 0 : age));
  if (Number.isNaN(apart) || apart < CLOCKS_APART) return null;
  return {
    mechanism: 'M13',
    title: `the clock of ${url.host} and this one are ${Math.round(apart / 1000)} s apart`,
    detail:
      'Expires and Last-Modified then mean something else to a cache than to the app, and sessions end early or late.',
    prevention: 'Let NTP set the clocks of servers and caches.',
  };
}

function fieldsOf({ answer }: Exchange): HeaderLines {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of answer?.headers ?? []) {
    const key = name.toLowerCase();
    fields[key] = [...(fields[key] ?? []), value];
  }
  return fields;
}
