/** A session at another host, tenant or app. */

import { type Exchange, type HeaderLine, isAccepted, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf, type Sighting } from '../../../evidence/marks.js';
import { isPersonal } from '../../edge/targets.js';
import type { Person } from '../../world/person.js';
import { isRefusal } from '../../world/refusals.js';
import { bodyOf } from '../../world/say-who.js';
import { openSite } from '../../world/site.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { SuiteOptions } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { pagesOf } from './forged-headers.js';

type Place = NonNullable<SuiteOptions['also']>[number];

export const sessionsElsewhere: SuiteCase = {
  title: 'a session at another host, tenant or app',
  mechanisms: ['M24'],
  async run(world) {
    const { also } = world.options;
    if (also === undefined)
      world.remark({ what: 'sessions at another host, tenant or app', mechanisms: [], why: NO_PLACES });
    const findings: NewFinding[] = [];
    for (const place of also ?? []) findings.push(...(await countsAt(world, place)));
    return findings;
  },
};

const NO_PLACES =
  "give also: the hosts, tenants and apps where sessions of this one must not count, as ['tenant-b.example.com'], or routes twice, with the " +
  'header Host of each; forged headers were tried';

async function countsAt(world: World, place: Place): Promise<NewFinding[]> {
  const [ada] = await world.people(2);
  if (typeof place === 'string' && !URL.canParse(place)) {
    const byHost = await recognised(world, ada.copy(), [['Host', place]]);
    if (byHost !== null) return [byHost];
    return asOtherThan(world, ada, [['X-Forwarded-Host', place]]);
  }
  const site =
    typeof place === 'string' ? null : await openSite({ ...world.options, app: place }, { seed: world.random.word(8) });
  try {
    const found = await recognised(world, ada.copy().at(site?.origin ?? new URL(place as string).origin), []);
    return found === null ? [] : [found];
  } finally {
    await site?.close();
  }
}

/** What is ada's or another's, shown there to whoever comes with her cookies, and not to a stranger. */
async function recognised(world: World, there: Person, headers: readonly HeaderLine[]): Promise<NewFinding | null> {
  const place = valuesOf(headers, 'host')[0] ?? there.origin;
  const stranger = world.nobody().at(there.origin);
  for (const route of pagesOf(world)) {
    const question = { ...route, headers: [...route.headers, ...headers] };
    const exchange = await there.ask(question);
    if (!isAccepted(exchange)) continue;
    const open = await stranger.ask(question);
    if (isPersonal(world, exchange, open)) return findingOf(world, exchange, place);
    const sighting = world.foreign(exchange).find(({ mark }) => offsetOf(bodyOf(open), mark) < 0);
    if (sighting !== undefined) return asSomebodyElse(world, exchange, sighting, place);
  }
  return headers.length > 0 ? null : knownAsAnybody(world, there);
}

/** What names her at home names another there: a number, most often. */
function asSomebodyElse(world: World, to: Exchange, sighting: Sighting, place: string): NewFinding {
  const detail =
    `${to.asker} logged in at ${new URL(world.origin).host}; at ${place} the same cookies are the session of ${sighting.owner}. ` +
    APART;
  return swapFinding(world, { mechanism: 'M24', to, sighting, detail });
}

/** The other app has people of its own: whoever it takes her for, her cookies open what strangers are refused. */
async function knownAsAnybody(world: World, there: Person): Promise<NewFinding | null> {
  for (const route of pagesOf(world)) {
    const strange = await world.nobody().at(there.origin).ask(route);
    const exchange = await there.ask(route);
    if (!isRefusal(strange) || isRefusal(exchange) || (exchange.answer?.status ?? 500) >= 300) continue;
    return findingOf(world, exchange, there.origin, AS_ANYBODY);
  }
  return null;
}

const APART = 'Give each host, tenant and app secrets of its own, or write into the session for which of them it is.';
const AS_ANYBODY =
  ' There it opened a page that strangers are refused: the session is that of whoever has the same number there.';

/** An app that takes no notice of the header is at home, whatever it says. */
async function asOtherThan(world: World, ada: Person, headers: readonly HeaderLine[]): Promise<NewFinding[]> {
  const host = headers[0]?.[1] ?? '';
  for (const route of pagesOf(world)) {
    const home = await ada.copy().ask(route);
    const there = await ada.copy().ask({ ...route, headers: [...route.headers, ...headers] });
    const said = bodyOf(there).replaceAll(host, new URL(world.origin).host);
    if (said !== bodyOf(home) && isAccepted(there) && isPersonal(world, there)) {
      return [findingOf(world, there, `${host}, by a forged X-Forwarded-Host`)];
    }
  }
  return [];
}

function findingOf(world: World, exchange: Exchange, place: string, more = ''): NewFinding {
  const { asker, question } = exchange;
  return {
    mechanism: 'M24',
    title: `the session of ${asker} counts at ${place} as well`,
    owner: asker,
    receiver: asker,
    exchanges: [world.journal.show(exchange)],
    leak: { where: 'body', name: null, offset: null, excerpt: `the page of ${asker} at ${question.path}` },
    detail:
      `${asker} logged in at ${new URL(world.origin).host}; the cookies were accepted at ${place}, where somebody else may have that ` +
      `name. ${APART}${more}`,
  };
}
