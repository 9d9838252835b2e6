/**
 * The same pages for the same people before and while the event loop lags. An app that sheds load answers from what it has: whoever
 * is then given what was made for somebody else got what is theirs in the quiet.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { byEach } from '../../world/ask-all.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import { unlessInProcess } from '../../world/unable.js';
import { firstOf, openRoutes } from './on-stage.js';
import { stall } from './stall.js';

/** Milliseconds: who looks for lag every half second, and smooths it, sees this. */
const LAG = 750;

export const whileItLags: SuiteCase = {
  title: 'the same pages for two people and a stranger in turn, while the event loop lags',
  mechanisms: ['M26'],
  unable: unlessInProcess('its event loop can be stalled'),
  async run(world) {
    const [ada, bob] = await world.people(2);
    const stranger = world.nobody();
    const isMixedUp = (exchange: Exchange) => world.foreign(exchange).length > 0;
    const quiet: { readonly url: Route; readonly shown: readonly Exchange[] }[] = [];
    for (const route of openRoutes(world, world.safeRoutes)) {
      const url = world.fresh(route);
      const shown = await byEach([stranger, ada, bob], () => url);
      if (!shown.some(isMixedUp)) quiet.push({ url, shown });
    }
    if (quiet.length === 0) return [];
    stall(LAG);
    await pause(0); // whoever measures it has seen it
    const found = await firstOf(quiet, async ({ url, shown }): Promise<NewFinding | null> => {
      const to = (await byEach([ada, bob, stranger], () => url)).find(isMixedUp);
      const [sighting] = to ? world.foreign(to) : [];
      if (!to || !sighting) return null;
      const of = shown.find(({ asker }) => asker === sighting.owner);
      return swapFinding(world, { mechanism: 'M26', of, to, sighting, detail: DETAIL });
    });
    return found === null ? [] : [found];
  },
};

const DETAIL =
  'In turn each was answered with what is theirs. Asked for the same again while the event loop lagged, the app answered with what ' +
  "is somebody else's: it takes load to bring it out.";
