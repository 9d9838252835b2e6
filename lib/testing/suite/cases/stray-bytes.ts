/**
 * One connection, one request after another, byte by byte: what comes between two answers is read by the next user. Bytes that
 * come with an answer are in excess of it (M18); those that come later were written when their request was over (M4).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { excerpt } from '../../../evidence/shown.js';
import { Visits } from '../../inside/visits.js';
import type { Person } from '../../world/person.js';
import { RawConnection } from '../../world/raw-connection.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

/** Long enough for a packet on loopback. */
const MOMENT = 15;
/** Of the event loop: in each it reads what has come. */
const TURNS = 3;
/** Late callbacks can't be hurried in another process. */
const LATE = 150;
const LARGE = 'x'.repeat(100_000);

export const strayBytes: SuiteCase = {
  title: 'bytes between two answers on one connection',
  mechanisms: ['M4', 'M18'],
  unable: ({ origin }) => (origin.startsWith('https:') ? 'it is read byte by byte, so give a URL of http:' : null),
  async run(world) {
    const [ada] = await world.people(2);
    const people = [ada, ...(await foreignNamed(world))];
    const visits = world.site.server === null ? null : new Visits(world.site.server);
    try {
      const findings: NewFinding[] = [];
      for (const route of world.routes) {
        const found = await firstStray(world, people, route, visits);
        if (found !== null) findings.push(found);
      }
      return findings;
    } finally {
      visits?.close();
    }
  },
};

async function firstStray(
  world: World,
  people: readonly Person[],
  route: Route,
  visits: Visits | null,
): Promise<NewFinding | null> {
  for (const person of people) {
    for (const question of questionsOf(world, route)) {
      const found = await between(world, person, question, visits);
      if (found !== null) return found;
    }
  }
  return null;
}

/** A name that has more bytes than letters, where names are of the suite's own choice. */
async function foreignNamed(world: World): Promise<Person[]> {
  if (world.options.users !== undefined) return [];
  const username = `zo\u00eb-${world.random.word(10)}`;
  const account = { label: 'zoe', user: { username, password: world.random.word(16) }, marks: new Set([username]) };
  return world.login(world.browser(account)).then(
    (zoe) => [zoe],
    () => [],
  );
}

/** As it is meant, with a method that has no body in its answer, and with a body that nobody may want to read. */
function questionsOf(world: World, route: Route): Route[] {
  const fresh = world.fresh(route);
  if (route.method !== 'GET') return [fresh];
  const withBody = {
    ...fresh,
    method: 'POST',
    body: LARGE,
    headers: [...route.headers, ['Content-Type', 'text/plain']] as const,
  };
  return [fresh, { ...fresh, method: 'HEAD' }, withBody];
}

async function between(world: World, ada: Person, question: Route, visits: Visits | null): Promise<NewFinding | null> {
  const connection = new RawConnection(world.origin);
  const isLate = () => visits?.last?.wroteLate ?? false;
  try {
    const of = await connection.ask(ada, question);
    // An answer that has no end, as a stream of events, is in excess of nothing.
    if (of.answer === null && /^(?:HTTP\/|$)/.test(connection.stray.toString('latin1', 0, 5))) return null;
    const atOnce = connection.stray.length > 0 || (!connection.ended && (await strays(connection, MOMENT)));
    if (atOnce) return straying(world, isLate() ? 'M4' : 'M18', of, connection.stray);
    if (connection.ended) return null;
    visits?.last?.late.runAll();
    const later = await strays(connection, visits === null ? LATE : MOMENT);
    return later ? straying(world, 'M4', of, connection.stray) : null;
  } finally {
    connection.close();
  }
}

async function strays(connection: RawConnection, within: number): Promise<boolean> {
  await pause(within);
  // A machine that is busy elsewhere is late with this timer, and reads only after it.
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  return connection.stray.length > 0;
}

function straying(world: World, mechanism: 'M4' | 'M18', of: Exchange, stray: Buffer): NewFinding {
  const text = stray.toString('latin1');
  const { method, path } = of.question;
  return {
    mechanism,
    title: `${stray.length} bytes came after the end of the answer to ${of.asker}'s ${method} ${path}: whoever asks next on that connection reads them`,
    owner: of.asker,
    receiver: null,
    exchanges: [world.journal.show(of)],
    leak: { where: 'body', name: null, offset: 0, excerpt: excerpt(text, 0, 0, 80) },
    detail: mechanism === 'M18' ? EXCESS : LATER,
  };
}

const EXCESS =
  'The answer was longer than its head said. A proxy, or a browser, takes what is over for the beginning of the next answer, ' +
  'which may be that to another user.';
const LATER =
  'The answer was over, and then something wrote to its connection once more: a callback kept the socket. By then a proxy may ' +
  'have given the connection to another user.';
