/**
 * What doctor asks, as data. A check is a few requests to one fresh path, between which only the credential differs: with
 * anything else that differs sharing gets less likely, not more. What else is in a key shows from which checks found it.
 */
import type { HeaderLine } from '../../evidence/exchange.js';
import type { Mechanism } from '../../evidence/mechanisms.js';
import type { CredentialWay } from './credentials.js';

/** What a cache has to be careless about. Names for findings, and for what the key holds. */
export type Group =
  | 'plain'
  | 'nobody first'
  | 'collapsing'
  | 'HEAD'
  | 'POST'
  | 'HTML'
  | 'constant query'
  | 'differing query'
  | 'credential'
  | 'doubled cookie'
  | 'extension'
  | 'file name'
  | 'static folder'
  | 'delimiter'
  | 'range'
  | '304'
  | 'many nodes'
  | 'address'
  | 'HTTP/2'
  | 'other host'
  | 'key';

export interface Ask {
  /** Which person asks, counted from 0; null is somebody without a credential. */
  readonly by: number | null;
  /** Default GET. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** `?a=1`; default that of the check. */
  readonly query?: string;
  /** Asks whether the page of the first one has changed. */
  readonly revalidates?: boolean;
  readonly host?: string;
  /** In place of those of the check, where they have the same name. */
  readonly headers?: readonly HeaderLine[];
}

export interface Check {
  readonly group: Group;
  /** What is special about this one: `.css`, `X-Key`. */
  readonly variant: string;
  /** Whose carelessness it shows. */
  readonly mechanism: Mechanism;
  /** Before and after the path of the probe and an id that nobody used before; `{id}` is that id once more. */
  readonly before: string;
  readonly after: string;
  readonly query: string;
  readonly headers: readonly HeaderLine[];
  readonly way: CredentialWay;
  /** One after the other, or all at once. */
  readonly asks: readonly Ask[];
  readonly together: boolean;
  /** Asked at this address of the host; default any. */
  readonly address?: string;
  readonly http2?: boolean;
}

/** Where the app is given credentials. The first cookie is the one that most checks ask with. */
export interface Ways {
  readonly cookies: readonly [string, ...string[]];
  readonly headers: readonly string[];
}

export const PAIR: readonly Ask[] = people(2);

/** One of each class of files that caches have rules for. */
export const QUICK_EXTENSIONS: readonly string[] = ['css', 'js', 'png', 'pdf', 'csv', 'zip', 'woff2'];
/** Six requests find a cache of up to four nodes, twelve one of eight. */
const FEW_NODES = 6;
/** Milliseconds; caches let others wait for an answer that takes so long. */
const SLOW = 300;

export function people(count: number): Ask[] {
  return Array.from({ length: count }, (_none, by) => ({ by }));
}

/** @param changes what differs from two people who ask for the same JSON with their session cookie */
export function check(
  ways: Ways,
  changes: Pick<Check, 'group' | 'variant'> & Partial<Omit<Check, 'group' | 'variant'>>,
): Check {
  return {
    mechanism: 'M11',
    before: '',
    after: '',
    query: '',
    headers: [],
    way: { in: 'cookie', name: ways.cookies[0] },
    asks: PAIR,
    together: false,
    ...changes,
  };
}

/** At most 60 requests, in the order of what is met most often. */
export function quickChecks(ways: Ways): Check[] {
  const made = (changes: Parameters<typeof check>[1]) => check(ways, changes);
  const [, ...otherCookies] = ways.cookies;
  return [
    made({ group: 'plain', variant: `the cookie ${ways.cookies[0]}`, asks: people(FEW_NODES) }),
    made({ group: 'POST', variant: 'POST', asks: PAIR.map((ask) => ({ ...ask, method: 'POST' as const })) }),
    made({ group: 'HTML', variant: 'Accept: text/html', headers: [['Accept', 'text/html,application/xhtml+xml']] }),
    ...['css', 'js'].map((extension) => extensionCheck(ways, extension)),
    made({ group: 'nobody first', variant: 'nobody, then a user', asks: [{ by: null }, { by: 0 }] }),
    made({
      group: 'collapsing',
      variant: 'three at once',
      mechanism: 'M9',
      asks: people(3),
      together: true,
      query: `?wait=${SLOW}`,
    }),
    ...ways.headers.map((name) =>
      made({ group: 'credential', variant: titled(name), way: { in: 'header', name: titled(name) } }),
    ),
    ...otherCookies.map((name) => made({ group: 'credential', variant: name, way: { in: 'cookie', name } })),
    made({
      group: 'doubled cookie',
      variant: 'two values of one cookie',
      mechanism: 'M7',
      way: { in: 'doubled cookie', name: ways.cookies[0] },
    }),
    made({ group: 'constant query', variant: '?v=1', query: '?v=1' }),
    made({ group: 'HEAD', variant: 'HEAD, then GET', asks: [{ by: 0, method: 'HEAD' }, { by: 1 }] }),
    made({ group: 'differing query', variant: 'another query each', asks: PAIR.map(withOwnQuery) }),
    ...QUICK_EXTENSIONS.slice(2).map((extension) => extensionCheck(ways, extension)),
  ];
}

/** Asked at either level: the user named these hosts. One asks here, one there. */
export function hostChecks(ways: Ways, hosts: readonly string[]): Check[] {
  return hosts.map((host) =>
    check(ways, { group: 'other host', variant: host, mechanism: 'M24', asks: [{ by: 0 }, { by: 1, host }] }),
  );
}

export function extensionCheck(ways: Ways, extension: string): Check {
  return check(ways, { group: 'extension', variant: `.${extension}`, mechanism: 'M15', after: `.${extension}` });
}

function withOwnQuery(ask: Ask): Ask {
  return { ...ask, query: `?user=${ask.by}` };
}

function titled(name: string): string {
  return name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
