/** What was asked, and what was not, so that nobody reads more into "clean" than is there. */
import { ALL_MECHANISMS, type Mechanism } from '../../evidence/mechanisms.js';
import type { Asked, NotCovered } from '../../evidence/report.js';
import type { Check } from './checks.js';
import type { Ran } from './engine.js';
import { GROUPS, withVariants } from './groups.js';
import type { Settings } from './options.js';
import { assetsOf, type Visit } from './page.js';
import type { Outcome } from './run-check.js';

/** What a cache can do; everything else happens inside the app. */
const OF_CACHES: readonly Mechanism[] = ['M7', 'M9', 'M11', 'M12', 'M13', 'M15', 'M24'];

const ONLY_THOROUGH =
  'caches of more than four nodes (for all but plain pages: of more than one), each address of the host, all extensions, ' +
  'file names, folders of files, delimiters, parts of a page, 304, HTTP/2';

const BEYOND_THOROUGH =
  'caches of more than eight nodes; for all but JSON, HTML, .css and one header: caches of more than one node';

const NEVER: readonly NotCovered[] = [
  {
    what: 'unkeyed headers that a page reflects, request smuggling, denial of service by cache',
    mechanisms: [],
    why: 'no session changes hands by them, and asking can harm others',
  },
  {
    what: 'caches at other places',
    mechanisms: [],
    why: 'a CDN answers from the place that is next to the one who asks; run doctor elsewhere as well',
  },
];

export function askedOf(outcomes: readonly Outcome[], visits: readonly Visit[], replayRequests: number): Asked[] {
  const visited = visits.length * 2 + replayRequests;
  const [page] = visits;
  const files = page ? `${visits.length - 1} of its ${assetsOf(page).length} files` : '';
  const what = `the page and ${files}, as two browsers without cookies`;
  return [
    ...(visited > 0 ? [{ what, mechanisms: ['M12', 'M13'] as const, requests: visited }] : []),
    ...byGroup(outcomes.filter(({ silent }) => silent === null)).map((some) => ({
      what: textOf(some.map(({ check }) => check)),
      mechanisms: [...new Set(some.map(({ check }) => check.mechanism))],
      requests: some.reduce((sum, { exchanges }) => sum + exchanges.length, 0),
    })),
  ];
}

export interface Around {
  readonly hasProbe: boolean;
  /** The URL begins with `https://`. */
  readonly secure: boolean;
  readonly interrupted: boolean;
  readonly settings: Settings;
}

export function notCoveredOf(
  { outcomes, skipped }: Ran,
  { hasProbe, secure, interrupted, settings }: Around,
): NotCovered[] {
  return [
    ...(hasProbe ? [] : [WITHOUT_PROBE]),
    ...byReason(outcomes),
    ...skippedText(skipped, interrupted ? 'the run was interrupted' : limitText(settings)),
    ...(hasProbe ? [levelText(settings)] : []),
    ...(hasProbe && settings.thorough && !secure ? [PLAIN_HTTP] : []),
    {
      what: 'what happens inside the app',
      mechanisms: ALL_MECHANISMS.filter((mechanism) => !OF_CACHES.includes(mechanism)),
      why: 'doctor asks without a login: npx swapproof hammer and swapSuite() look there',
    },
    ...NEVER,
  ];
}

function levelText({ thorough }: Settings): NotCovered {
  return thorough
    ? { what: BEYOND_THOROUGH, mechanisms: [], why: 'it would take more than the 600 requests of --thorough' }
    : { what: ONLY_THOROUGH, mechanisms: [], why: 'asked with --thorough' };
}

const PLAIN_HTTP: NotCovered = { what: 'HTTP/2', mechanisms: [], why: 'the URL begins with http://' };

const WITHOUT_PROBE: NotCovered = {
  what: 'whether private pages are kept',
  mechanisms: ['M7', 'M9', 'M11', 'M15'],
  why:
    'the app does not answer the probe (/.well-known/swapproof-probe/). Mount swapproof() or guard() before its routes, ' +
    'or give doctor the URL under which the app is reached',
};

function limitText({ limits }: Settings): string {
  return `the limit of ${limits.requests} requests and ${limits.seconds} s was reached`;
}

function skippedText(skipped: readonly Check[], why: string): NotCovered[] {
  return byGroup(skipped.map((check) => ({ check }))).map((some) => ({
    what: textOf(some.map(({ check }) => check)),
    mechanisms: [...new Set(some.map(({ check }) => check.mechanism))],
    why,
  }));
}

/** Of each group and reason the variants that told nothing. */
function byReason(outcomes: readonly Outcome[]): NotCovered[] {
  return byGroup(outcomes.filter(({ silent }) => silent !== null)).flatMap((some) =>
    [...new Set(some.map(({ silent }) => silent))].map((why) => ({
      what: textOf(some.filter(({ silent }) => silent === why).map(({ check }) => check)),
      mechanisms: [],
      why: String(why),
    })),
  );
}

function textOf(checks: readonly Check[]): string {
  const [{ group } = { group: 'plain' as const }] = checks;
  return withVariants(
    GROUPS[group].asked,
    checks.map(({ variant }) => variant),
  );
}

function byGroup<T extends { readonly check: Check }>(some: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of some) groups.set(one.check.group, [...(groups.get(one.check.group) ?? []), one]);
  return [...groups.values()];
}
