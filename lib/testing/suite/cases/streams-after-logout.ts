/**
 * A stream of events that is open while its user logs out: what comes over it from then on is sent in the name of a session that is
 * over, to whoever sits there by then. The same user asks for everything in another browser meanwhile, so that there are events.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { excerpt } from '../../../evidence/shown.js';
import { wayOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { RawConnection } from '../../world/raw-connection.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

/** Milliseconds: one beat of a stream, and all that is waited for. */
const BEAT = 50;
const LONGEST = 1_500;

export const streamsAfterLogout: SuiteCase = {
  title: 'a stream of events that is open at the logout',
  mechanisms: ['M19'],
  unable: ({ origin }) => (origin.startsWith('https:') ? 'it is read byte by byte, so give a URL of http:' : null),
  async run(world) {
    const findings: NewFinding[] = [];
    const [ada] = await world.people(2);
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      const { answer } = await ada.ask(route);
      const [type = ''] = valuesOf(answer?.headers ?? [], 'content-type');
      const found = type.startsWith('text/event-stream') ? await heardAfterwards(world, ada, route) : null;
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function heardAfterwards(world: World, ada: Person, route: Route): Promise<NewFinding | null> {
  const leaving = await world.login(world.browser(ada.account));
  const leave = await wayOut(world, leaving);
  const stream = new RawConnection(world.origin);
  try {
    stream.open(leaving, route);
    await until(() => stream.stray.length > 0);
    const out = await leave();
    if (out === null || (await isTakenFor(world, leaving.copy())) === leaving.label) return null;
    await pause(BEAT); // what was under way
    const before = stream.stray.length;
    const heard = () => stream.stray.toString('latin1', before);
    const marks = world.marksOf(ada.label);
    const markIn = (text: string) => marks.find((mark) => offsetOf(text, mark) >= 0);
    for (const other of world.routes) await ada.ask(other);
    await until(() => markIn(heard()) !== undefined || stream.ended);
    const mark = markIn(heard());
    if (mark === undefined) return null;
    return {
      mechanism: 'M19',
      title: `a browser in which ${ada.label} had logged out was sent what is ${ada.label}'s, by ${route.label}`,
      owner: ada.label,
      receiver: null,
      exchanges: [world.journal.show(out)],
      leak: {
        where: 'body',
        name: null,
        offset: before,
        excerpt: excerpt(heard(), offsetOf(heard(), mark), mark.length),
      },
      detail: GOES_ON,
    };
  } finally {
    stream.close();
  }
}

async function until(isThere: () => boolean): Promise<void> {
  for (let time = 0; time < LONGEST / BEAT && !isThere(); time++) await pause(BEAT);
}

const GOES_ON =
  'The stream was open when its user logged out, and went on: who it is for was asked once, when it was opened. End the streams of a ' +
  'session with it, or ask again before each event.';
