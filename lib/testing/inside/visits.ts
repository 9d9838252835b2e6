/** Each request that the app gets while it is watched, with what is going on in its name: known by AsyncLocalStorage. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ClientRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { isOfLanes } from '../interleave/lane.js';
import { currentTurn } from '../interleave/turns.js';
import { LateWork, watchTimers } from './late-work.js';
import { Patched } from './patched.js';
import { Replies } from './replies.js';

export interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The app has left an AsyncLocalStorage filled. */
  entered: boolean;
  /** The app keeps something in an AsyncLocalStorage. */
  hasContext: boolean;
  /** The app asked an AsyncLocalStorage in its name when its response had been given. */
  askedLate: boolean;
  /** The app wrote to the connection when the response had been over for a while. */
  wroteLate: boolean;
  /** The turn of the event loop in which the response was over; null before. */
  overSince: number | null;
  /** The response was ended in the name of another request. */
  strayed: boolean;
  /** Connections that it spoke on to other servers. */
  readonly spokeOn: Set<Socket>;
  /** Those among them whose answers Node pairs with questions of HTTP. */
  readonly calledOn: Set<Socket>;
  /** What its timers have still to do. */
  readonly late: LateWork;
}

const current = new AsyncLocalStorage<Visit>();

/** The request in whose name code runs now. */
export function currentVisit(): Visit | undefined {
  return current.getStore();
}

/** Watches a server's requests until it is closed. */
export class Visits {
  readonly #patched = new Patched();
  readonly all: Visit[] = [];
  readonly replies = new Replies();

  constructor(server: Server) {
    const { all } = this;
    this.#patched.replace(server, 'emit', (emit) => {
      return function (this: Server, event, ...args) {
        if (event !== 'request') return emit.call(this, event, ...args);
        const visit = visitOf(args[0], args[1]);
        all.push(visit);
        return current.run(visit, () => emit.call(this, event, ...args));
      };
    });
    watchTimers(this.#patched, () => currentVisit()?.late);
    this.#watchContexts();
    this.#watchQuestions();
    this.#watchConnections();
  }

  /** The one that came last. */
  get last(): Visit | undefined {
    return this.all.at(-1);
  }

  close(): void {
    this.#patched.restore();
  }

  #watchContexts(): void {
    const { prototype } = AsyncLocalStorage;
    for (const name of ['run', 'enterWith']) {
      this.#patched.replace(prototype, name, (original) => {
        return function (this: unknown, ...args) {
          const visit = this === current || isOfLanes(this) ? undefined : currentVisit();
          if (visit !== undefined) visit.hasContext = true;
          if (visit !== undefined && name === 'enterWith') visit.entered = true;
          return original.apply(this, args);
        };
      });
    }
  }

  #watchQuestions(): void {
    this.#patched.replace(AsyncLocalStorage.prototype, 'getStore', (getStore) => {
      return function (this: unknown) {
        const visit = this === current || isOfLanes(this) ? undefined : currentVisit();
        if (visit?.res.writableEnded) visit.askedLate = true;
        return getStore.call(this);
      };
    });
  }

  #watchConnections(): void {
    const { replies } = this;
    const outgoing = new WeakSet<Socket>();
    this.#patched.replace(Socket.prototype, 'write', (write) => {
      return function (this: Socket, ...args) {
        const visit = currentVisit();
        if (visit !== undefined && this === visit.req.socket) visit.wroteLate ||= isPast(visit.overSince);
        else if (visit !== undefined) {
          visit.spokeOn.add(this);
          outgoing.add(this);
        }
        return write.apply(this, args);
      };
    });
    this.#patched.replace(Socket.prototype, 'push', (push) => {
      return function (this: Socket, ...args) {
        return outgoing.has(this) && replies.keep(() => push.apply(this, args)) ? true : push.apply(this, args);
      };
    });
    this.#patched.replace(ClientRequest.prototype, 'onSocket', (onSocket) => {
      return function (this: ClientRequest, socket, ...args) {
        if (socket) currentVisit()?.calledOn.add(socket);
        return onSocket.call(this, socket, ...args);
      };
    });
  }
}

function visitOf(req: IncomingMessage, res: ServerResponse): Visit {
  const visit: Visit = {
    req,
    res,
    entered: false,
    hasContext: false,
    askedLate: false,
    wroteLate: false,
    overSince: null,
    strayed: false,
    spokeOn: new Set(),
    calledOn: new Set(),
    late: new LateWork(),
  };
  const { end } = res;
  res.end = function (this: ServerResponse, ...args: unknown[]) {
    const now = currentVisit();
    if (now !== undefined && now !== visit) visit.strayed = true;
    return Reflect.apply(end, this, args);
  } as typeof end;
  res.once('finish', () => {
    visit.overSince = currentTurn();
  });
  return visit;
}

function isPast(turn: number | null): boolean {
  return turn !== null && turn !== currentTurn();
}
