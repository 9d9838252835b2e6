/** One validator for two people: whoever holds the page of the one is told that nothing has changed when the other asks. */
import { type Exchange, type HeaderLine, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { readDirectives } from '../../cache-sim/cache-control.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

export const sameValidator: SuiteCase = {
  title: "one person's ETag in the request of another",
  mechanisms: ['M13'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes.filter(({ method, path }) => method === 'GET' && !world.explained(path))) {
      const of = await ada.ask(route);
      const mark = markIn(world, of);
      const condition = conditionFrom(of);
      if (mark === null || condition === null) continue;
      const own = await bob.ask(route);
      const to = await bob.ask({ ...route, headers: [...route.headers, condition] });
      if (to.answer?.status === 304 && offsetOf(bodyOf(own), mark) < 0) findings.push(findingOf(world, route, of, to));
    }
    return findings;
  },
};

/** Null where nobody may keep the page at all. */
function conditionFrom({ answer }: Exchange): HeaderLine | null {
  if (answer?.status !== 200 || readDirectives(answer.headers, 'cache-control').has('no-store')) return null;
  const [tag] = valuesOf(answer.headers, 'etag');
  if (tag !== undefined) return ['If-None-Match', tag];
  const [date] = valuesOf(answer.headers, 'last-modified');
  return date === undefined ? null : ['If-Modified-Since', date];
}

function markIn(world: World, exchange: Exchange): string | null {
  const own = world.marksOf(exchange.asker);
  return own.find((mark) => offsetOf(bodyOf(exchange), mark) >= 0) ?? null;
}

function findingOf(world: World, { label }: Route, of: Exchange, to: Exchange): NewFinding {
  return {
    mechanism: 'M13',
    title: `${to.asker} was told by ${label} that the page of ${of.asker} is still good`,
    owner: of.asker,
    receiver: to.asker,
    exchanges: [of, to].map((exchange) => world.journal.show(exchange)),
    leak: { where: 'header', name: 'ETag', offset: null, excerpt: '304 Not Modified' },
    detail:
      `${of.asker} and ${to.asker} are shown different pages there, but the validator is the same. A cache, or a browser that both ` +
      `have used, has kept the page of ${of.asker}, asks whether it is still good for ${to.asker}, and shows it. Make the ETag of ` +
      'what the user sees, or say no-store.',
  };
}
