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
  | 'first visit'
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

const PAIR: readonly Ask[] = people(2);
/**
 * Two without a credential, as two browsers on their first visit. Whatever keeps a private page at all gives it to the
 * second one; caches that know the cookie, or honour `Vary`, would not give one user's to another. `confirm.ts` then asks
 * whether the page of a user is given away as well.
 */
export const VISITORS: readonly Ask[] = [{ by: null }, { by: null }];

/** One of each class of files that caches have rules for. */
export const QUICK_EXTENSIONS: readonly string[] = ['css', 'js', 'png', 'pdf', 'csv', 'zip', 'woff2'];
/** Six requests find a cache of up to four nodes, twelve one of eight. */
const FEW_NODES = 6;
/** Milliseconds; caches let others wait for an answer that takes so long. */
const SLOW = 300;
export const HTML: HeaderLine = ['Accept', 'text/html,application/xhtml+xml'];

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
  const [first, ...otherCookies] = ways.cookies;
  const headers = ways.headers.map(titled);
  return [
    made({ group: 'plain', variant: `the cookie ${first}`, asks: people(FEW_NODES) }),
    made({ group: 'first visit', variant: 'two visitors', mechanism: 'M12', asks: [...VISITORS, { by: 0 }] }),
    made({ group: 'POST', variant: 'POST', asks: VISITORS.map((ask) => ({ ...ask, method: 'POST' as const })) }),
    made({ group: 'HTML', variant: 'Accept: text/html', headers: [HTML], asks: VISITORS }),
    ...QUICK_EXTENSIONS.slice(0, 2).map((extension) => extensionCheck(ways, extension)),
    made({
      group: 'collapsing',
      variant: 'three at once',
      mechanism: 'M9',
      asks: people(3),
      together: true,
      query: `?wait=${SLOW}`,
    }),
    ...headers.map((name) => made({ group: 'credential', variant: name, way: { in: 'header', name } })),
    ...otherCookies.map((name) => made({ group: 'credential', variant: name, way: { in: 'cookie', name } })),
    made({
      group: 'doubled cookie',
      variant: 'two values of one cookie',
      mechanism: 'M7',
      way: { in: 'doubled cookie', name: first },
    }),
    made({ group: 'constant query', variant: '?v=1', query: '?v=1', asks: VISITORS }),
    made({ group: 'HEAD', variant: 'HEAD, then GET', asks: [{ by: null, method: 'HEAD' }, { by: null }] }),
    made({
      group: 'differing query',
      variant: 'another query each',
      asks: VISITORS.map((ask, index) => ({ ...ask, query: `?user=${index}` })),
    }),
    ...QUICK_EXTENSIONS.slice(2).map((extension) => extensionCheck(ways, extension)),
  ];
}

/** Asked at either level: the user named these hosts. One asks here, one there. */
export function hostChecks(ways: Ways, hosts: readonly string[]): Check[] {
  return hosts.map((host) =>
    check(ways, { group: 'other host', variant: host, mechanism: 'M24', asks: [{ by: null }, { by: null, host }] }),
  );
}

/** A page whose URL ends like a file. */
export function fileCheck(ways: Ways, changes: Pick<Check, 'group' | 'variant'> & Partial<Check>): Check {
  return check(ways, { mechanism: 'M15', asks: VISITORS, ...changes });
}

export function extensionCheck(ways: Ways, extension: string): Check {
  return fileCheck(ways, { group: 'extension', variant: `.${extension}`, after: `.${extension}` });
}

function titled(name: string): string {
  return name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
