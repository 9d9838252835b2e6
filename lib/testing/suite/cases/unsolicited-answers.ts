/**
 * An upstream that answers once more than it was asked. HTTP/1.1 pairs answers with questions by their order alone, so on a
 * connection that is kept the surplus answer is taken for that to the next question, whoever asks it. The app's connections
 * are given once more what they had just received, when the next question is on its way.
 */
import { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import type { NewFinding } from '../../../evidence/finding.js';
import { Patched } from '../../inside/patched.js';
import { type Visit, Visits } from '../../inside/visits.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const unsolicitedAnswers: SuiteCase = {
  title: 'an upstream that answers once more than it was asked',
  mechanisms: ['M17'],
  unable: ({ inProcess }) =>
    inProcess ? null : 'the connections of an app to others can be reached in this process only: give app, not url',
  async run(world) {
    const visits = new Visits(world.site.server as NonNullable<World['site']['server']>);
    const upstream = new Upstream();
    try {
      const findings: NewFinding[] = [];
      for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
        const found = await answeredTwice(world, route, { visits, upstream });
        if (found !== null) findings.push(found);
      }
      return findings;
    } finally {
      upstream.close();
      visits.close();
    }
  },
};

/** All the servers that the app calls, as far as they can be played: what they answered can come again. */
class Upstream {
  readonly #patched = new Patched();
  readonly #received = new WeakMap<Socket, Buffer[]>();
  readonly #surplus = new WeakMap<Socket, Buffer>();

  constructor() {
    const [received, surplus] = [this.#received, this.#surplus];
    this.#patched.replace(Socket.prototype, 'push', (push) => {
      return function (this: Socket, chunk, ...args) {
        if (chunk instanceof Uint8Array) received.get(this)?.push(Buffer.from(chunk));
        return push.call(this, chunk, ...args);
      };
    });
    this.#patched.replace(ClientRequest.prototype, 'onSocket', (onSocket) => {
      return function (this: ClientRequest, socket: Socket, ...args) {
        const result = onSocket.call(this, socket, ...args);
        const bytes = surplus.get(socket);
        surplus.delete(socket);
        // As if it had come while the loop was busy: it is read before anything that this request brings about.
        if (bytes !== undefined) process.nextTick(() => process.nextTick(() => socket.push(bytes)));
        return result;
      };
    });
  }

  record(socket: Socket): void {
    this.#received.set(socket, []);
  }

  /** The next request on this connection finds once more what was recorded. */
  repeat(socket: Socket): void {
    const bytes = Buffer.concat(this.#received.get(socket) ?? []);
    this.#received.delete(socket);
    if (bytes.length > 0) this.#surplus.set(socket, bytes);
  }

  close(): void {
    this.#patched.restore();
  }
}

interface Watch {
  readonly visits: Visits;
  readonly upstream: Upstream;
}

async function answeredTwice(world: World, route: Route, { visits, upstream }: Watch): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  await ada.ask(world.fresh(route));
  const connections = connectionsOf(visits.last);
  for (const socket of connections) upstream.record(socket);
  const of = await ada.ask(world.fresh(route));
  for (const socket of connections) upstream.repeat(socket);
  if (connections.length === 0) return null;
  const to = await bob.ask(world.fresh(route));
  const [sighting] = world.foreign(to);
  return sighting ? swapFinding(world, { mechanism: 'M17', of, to, sighting, detail: DETAIL }) : null;
}

function connectionsOf(visit: Visit | undefined): Socket[] {
  return [...(visit?.calledOn ?? [])];
}

const DETAIL =
  'The app called another server for both over one kept-alive connection. An answer to the first that came once more, while the ' +
  'loop was busy, was taken for the answer to the second.';
