/**
 * One connection, as a proxy keeps them: two people and a stranger ask over it in turn. On connections of their own they had got
 * what is theirs, so whatever is mixed up now hangs on the connection.
 */
import { Client } from '../../../evidence/client.js';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { Visits } from '../../inside/visits.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { firstOf, openRoutes } from './on-stage.js';

export const oneConnectionInTurn: SuiteCase = {
  title: 'two people and a stranger in turn over one connection',
  mechanisms: ['M3', 'M19'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const visits = world.site.server === null ? null : new Visits(world.site.server);
    const entered = () => visits?.all.some((visit) => visit.entered) ?? false;
    const findings: NewFinding[] = [];
    try {
      for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
        const people = [ada, bob, world.nobody(), ada];
        if (await leaksAnyway(world, people, route)) continue;
        const over = () => overOne(world, people, route, entered);
        const found = await over();
        if (found !== null && (await isSteady(world, people, route, over))) findings.push(found);
      }
      if (findings.length > 0) return findings;
      const found = await firstOf(world.routes, (route) =>
        thenAnother(world, [ada, bob, world.nobody()], route, entered),
      );
      if (found !== null) findings.push(found);
    } finally {
      visits?.close();
    }
    return findings;
  },
};

/** Time and again over one connection, and never over their own: what comes late or once too often may come anywhere. */
async function isSteady(
  world: World,
  people: readonly Person[],
  route: Route,
  over: () => Promise<NewFinding | null>,
): Promise<boolean> {
  for (let time = 0; time < TIMES; time++) {
    if ((await leaksAnyway(world, people, route)) || (await over()) === null) return false;
  }
  return true;
}

const TIMES = 3;

/** Then it is no matter of connections. */
async function leaksAnyway(world: World, people: readonly Person[], route: Route): Promise<boolean> {
  return leaksApart(world, ...people.map((person) => [person, route] as const));
}

async function overOne(
  world: World,
  people: readonly Person[],
  route: Route,
  entered: () => boolean,
): Promise<NewFinding | null> {
  const client = new Client({ origin: world.origin, keepAlive: true });
  const asked: Exchange[] = [];
  try {
    for (const person of people) {
      const question = person.dressed(world.fresh(route));
      const exchange = person.took(await client.ask(question, { asker: person.label }));
      const [sighting] = world.foreign(exchange);
      const of = asked.find(({ asker }) => asker === sighting?.owner);
      if (sighting !== undefined && of?.connection === exchange.connection) {
        const [mechanism, detail] = entered() ? (['M3', ENTERED] as const) : (['M19', BOUND] as const);
        return swapFinding(world, { mechanism, of, to: exchange, sighting, detail });
      }
      asked.push(exchange);
    }
    return null;
  } finally {
    client.close();
  }
}

/** The one asks for a page, and is maybe refused; the others ask for all pages over the same connection. */
async function thenAnother(
  world: World,
  [ada, ...others]: readonly [Person, ...Person[]],
  route: Route,
  entered: () => boolean,
): Promise<NewFinding | null> {
  const client = new Client({ origin: world.origin, keepAlive: true });
  const over = async (person: Person, asked: Route) =>
    person.took(await client.ask(person.dressed(world.fresh(asked)), { asker: person.label }));
  const probes = others.flatMap((other) => openRoutes(world, world.safeRoutes).map((probe) => [other, probe] as const));
  try {
    return await firstOf(probes, async ([other, probe]) => {
      const [of, to] = [await over(ada, route), await over(other, probe)];
      const [sighting] = world.foreign(to);
      if (sighting === undefined || of.connection !== to.connection) return null;
      // Else something else had left it, for whoever came next.
      const isAgain = async () => {
        await over(ada, route);
        return world.foreign(await over(other, probe)).length > 0;
      };
      for (let time = 0; time < TIMES; time++) {
        if (!(await isAgain()) || (await leaksApart(world, [ada, route], [other, probe]))) return null;
      }
      const [mechanism, detail] = entered() ? (['M3', ENTERED] as const) : (['M19', BOUND] as const);
      return swapFinding(world, { mechanism, of, to, sighting, detail });
    });
  } finally {
    client.close();
  }
}

/** The same, each over a connection of their own. */
async function leaksApart(world: World, ...asked: readonly (readonly [Person, Route])[]): Promise<boolean> {
  for (const [person, route] of asked) if (world.foreign(await person.ask(world.fresh(route))).length > 0) return true;
  return false;
}

const ENTERED =
  'They asked one after the other over one connection. The app had called enterWith() for the first, and what it entered was ' +
  'still in force for the next. On connections of their own each got what is theirs.';
const BOUND =
  'They asked one after the other over one connection, and the app took the next for the one before. On connections of their ' +
  'own each got what is theirs.';
