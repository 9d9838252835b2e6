/** Each request that the app gets while it is watched, with what is going on in its name: known by AsyncLocalStorage. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ClientRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { LateWork, watchTimers } from './late-work.js';
import { Patched } from './patched.js';

export interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The app has left an AsyncLocalStorage filled. */
  entered: boolean;
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

/** What other servers answer, held back while it is to be late. */
export class Replies {
  readonly #held: (() => void)[] = [];
  #holding = false;

  hold(): void {
    this.#holding = true;
  }

  /** In the order in which they came. */
  release(): void {
    this.#holding = false;
    for (const pass of this.#held.splice(0)) pass();
  }

  /** @returns whether it waits now */
  keep(pass: () => void): boolean {
    if (this.#holding) this.#held.push(pass);
    return this.#holding;
  }
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
    this.#patched.replace(AsyncLocalStorage.prototype, 'enterWith', (enterWith) => {
      return function (this: unknown, ...args) {
        const visit = currentVisit();
        if (visit !== undefined) visit.entered = true;
        return enterWith.apply(this, args);
      };
    });
    this.#patched.replace(Socket.prototype, 'write', (write) => {
      return function (this: Socket, ...args) {
        const visit = currentVisit();
        if (visit !== undefined && this !== visit.req.socket) visit.spokeOn.add(this);
        return write.apply(this, args);
      };
    });
    const { replies } = this;
    this.#patched.replace(Socket.prototype, 'push', (push) => {
      return function (this: Socket, ...args) {
        const isReply = all.some(({ spokeOn }) => spokeOn.has(this));
        return isReply && replies.keep(() => push.apply(this, args)) ? true : push.apply(this, args);
      };
    });
    watchTimers(this.#patched, () => currentVisit()?.late);
    this.#patched.replace(ClientRequest.prototype, 'onSocket', (onSocket) => {
      return function (this: ClientRequest, socket, ...args) {
        const visit = currentVisit();
        if (visit !== undefined && socket) visit.calledOn.add(socket);
        return onSocket.call(this, socket, ...args);
      };
    });
  }

  /** The one that came last. */
  get last(): Visit | undefined {
    return this.all.at(-1);
  }

  close(): void {
    this.#patched.restore();
  }
}

function visitOf(req: IncomingMessage, res: ServerResponse): Visit {
  const visit: Visit = {
    req,
    res,
    entered: false,
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
  return visit;
}
