/**
 * One server for the app, with several doors: each has a port of its own on 127.0.0.1, by which a request's lane is known.
 * The app sees no difference: whatever door a request came by, its headers name the first one.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createDoor, type Server as Door, type Socket } from 'node:net';
import { types } from 'node:util';
import { asBystander, type Lane, outsideLanes } from './lane.js';

/** Takes a request that came by its door. It can be another one in each run. */
export interface Entrance {
  readonly url: string;
  handle(req: IncomingMessage, res: ServerResponse): void;
}

const ADDRESSED = ['host', 'origin', 'referer'];

export class Host {
  readonly #server = outsideLanes(() => createServer((req, res) => this.#enter(req, res)));
  readonly #entrances = new WeakMap<Socket, Entrance>();
  readonly #doors: Door[] = [];
  readonly #sockets = new Set<Socket>();

  /** The first one is what the app is told. */
  async open(handle: Entrance['handle']): Promise<Entrance> {
    const door = outsideLanes(() => createDoor((socket) => this.#connect(socket, entrance)));
    this.#doors.push(door);
    outsideLanes(() => door.listen(0, '127.0.0.1'));
    await once(door, 'listening');
    const entrance: Entrance = { url: `http://127.0.0.1:${portOf(door)}`, handle };
    return entrance;
  }

  /** Ends all connections: whoever still waits for an answer gets an error. */
  async close(): Promise<void> {
    const closed = this.#doors.map((door) => once(door, 'close'));
    for (const door of this.#doors) door.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #connect(socket: Socket, entrance: Entrance): void {
    this.#entrances.set(socket, entrance);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
  }

  #enter(req: IncomingMessage, res: ServerResponse): void {
    const [first] = this.#doors;
    const entrance = this.#entrances.get(req.socket);
    if (first === undefined || entrance === undefined) return void res.destroy();
    readdress(req, entrance.url.slice('http://'.length), `127.0.0.1:${portOf(first)}`);
    entrance.handle(req, res);
  }
}

function portOf(door: Door): number {
  return (door.address() as AddressInfo).port;
}

function readdress(req: IncomingMessage, from: string, to: string): void {
  req.rawHeaders.forEach((value, index, all) => {
    if (index % 2 === 1 && ADDRESSED.includes(String(all[index - 1]).toLowerCase()))
      all[index] = value.replace(from, to);
  });
  for (const name of ADDRESSED) {
    const value = req.headers[name];
    if (typeof value === 'string') req.headers[name] = value.replace(from, to);
  }
}

/** Runs the app for one request in its lane, null for a bystander. What it throws would have ended a real server. */
export function serve(
  app: RequestListener,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  lane: Lane | null,
  onCrash: (error: unknown) => void,
): void {
  const crash = (error: unknown) => {
    onCrash(error);
    res.destroy();
  };
  const run = (): unknown => app(req, res);
  try {
    if (lane !== null) for (const emitter of [req, res]) keepInLane(emitter, lane);
    const outcome = lane === null ? asBystander(run) : lane.begin(run);
    if (types.isPromise(outcome)) outcome.then(undefined, crash);
  } catch (error) {
    crash(error);
  }
}

/** Node emits what comes later, as the end of a body, in the context of the connection. */
function keepInLane(emitter: IncomingMessage | ServerResponse, lane: Lane): void {
  const { emit } = emitter;
  const value = (...args: Parameters<typeof emit>) => {
    if (args[0] === 'prefinish') lane.answered();
    return lane.resume(() => Reflect.apply(emit, emitter, args));
  };
  Object.defineProperty(emitter, 'emit', { value, writable: true, configurable: true, enumerable: false });
}
