/** Connections that an app keeps: which of them answers for whom, and answers that come when nobody waits for them any more. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import express, { type Express } from 'express';
import { afterItsEnd } from '../../../../lib/testing/suite/cases/after-its-end.js';
import { oneConnectionInTurn } from '../../../../lib/testing/suite/cases/one-connection-in-turn.js';
import { sameUrlInTurn } from '../../../../lib/testing/suite/cases/same-url-in-turn.js';
import { toldBy } from './one-case.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

let mailServer: Server;
beforeEach(async () => {
  mailServer = createServer((socket) => {
    let name = '';
    socket.on('error', () => {}).unref();
    socket.on('data', (bytes) => {
      const [verb = '', argument = ''] = bytes.toString().trim().split(' ');
      if (verb === 'AUTH') name = argument;
      socket.write(`mail of ${name}\n`);
    });
  });
  await once(mailServer.listen(0, '127.0.0.1').unref(), 'listening');
});
afterEach(() => void mailServer.close());

const say = async (socket: Socket, line: string) => {
  socket.write(`${line}\n`);
  return String((await once(socket, 'data'))[0]);
};

function connected(): Socket {
  const { port } = mailServer.address() as AddressInfo;
  return connect(port, '127.0.0.1')
    .on('error', () => {})
    .unref();
}

describe('connections that are logged in as whoever came first', () => {
  /** An idle connection, or a new one. @param isBound asks again who it is for */
  class Pool {
    readonly #idle: Socket[] = [];
    readonly #users = new WeakMap<Socket, string>();

    constructor(readonly isBound: boolean) {}

    async inboxOf(user: string): Promise<string> {
      const { port } = mailServer.address() as AddressInfo;
      const socket =
        this.#idle.pop() ??
        connect(port, '127.0.0.1')
          .on('error', () => {})
          .unref();
      const known = this.#users.get(socket);
      if (this.isBound ? known !== user : known === undefined) await say(socket, `AUTH ${user}`);
      this.#users.set(socket, user);
      const mail = await say(socket, 'INBOX');
      this.#idle.push(socket);
      return mail;
    }
  }

  const mails = (isBound: boolean) => () => {
    const pool = new Pool(isBound);
    return smallApp({
      account: async ({ session: { user } }, res) =>
        void (user ? res.send(await pool.inboxOf(user)) : res.sendStatus(401)),
    });
  };

  it('is found', async () =>
    expect(await toldBy(sameUrlInTurn, { app: mails(false), routes: ['/account'] })).toEqual(['M19']));
  it('is none where they ask who it is', async () =>
    expect(await toldBy(sameUrlInTurn, { app: mails(true), routes: ['/account'] })).toEqual([]));
});

describe('what comes over a connection that somebody else has used', () => {
  const greetings = (times: number) => () => {
    const first = new WeakMap<object, string>();
    let left = times;
    return smallApp({
      account: ({ session: { user }, socket }, res) => {
        if (!user) return void res.sendStatus(401);
        const before = first.get(socket) ?? user;
        first.set(socket, before);
        if (before !== user) left--;
        res.send(`account of ${left >= 0 ? before : user}`);
      },
    });
  };

  it('hangs on the connection', async () =>
    expect(await toldBy(oneConnectionInTurn, { app: greetings(1_000), routes: ['/account'] })).toEqual(['M19']));
  it('has another cause where it came but once', async () =>
    expect(await toldBy(oneConnectionInTurn, { app: greetings(1), routes: ['/account'] })).toEqual([]));
});

describe('what comes over a connection on which somebody else has seen another page', () => {
  const greetings = (times: number) => () => {
    const first = new WeakMap<object, string>();
    let left = times;
    const app = smallApp({
      account: ({ session: { user }, socket }, res) => {
        if (!user) return void res.sendStatus(401);
        const before = first.get(socket) ?? user;
        if (before !== user) left--;
        res.send(`account of ${left >= 0 ? before : user}`);
      },
    });
    app.get('/greeting', ({ session: { user }, socket }, res) => {
      if (user && !first.has(socket)) first.set(socket, user);
      res.sendStatus(204);
    });
    return app;
  };
  const find = (times: number) =>
    toldBy(oneConnectionInTurn, { app: greetings(times), routes: ['/account', '/greeting'] });

  it('hangs on the connection', async () => expect(await find(1_000)).toEqual(['M19']));
  it('has another cause where it came but a few times', async () => expect(await find(4)).toEqual([]));
});

describe('what the last login has left, on the first page that is asked for', () => {
  /** Asks another server for the page first. */
  const greetings = (asks: boolean) => () => {
    let greeting = '';
    const app = smallApp({
      account: async ({ session: { user } }, res) => {
        if (!user) return void res.sendStatus(401);
        if (asks) await say(connected(), 'PING');
        res.send(greeting || `account of ${user}`);
        greeting = '';
      },
    });
    const outer = express().use(express.urlencoded({ extended: false }), (req, _res, next) => {
      if (req.method === 'POST') greeting = `hello ${req.body.who}`;
      next();
    });
    return outer.use(app);
  };

  it('is in a variable', async () =>
    expect(await toldBy(sameUrlInTurn, { app: greetings(false), routes: ['/account'] })).toEqual(['M1']));
  it('may be on a connection where another server was asked: that has an experiment of its own', async () =>
    expect(await toldBy(sameUrlInTurn, { app: greetings(true), routes: ['/account'] })).toEqual([]));
});

describe('an answer that comes when nobody waits for it any more', () => {
  const moment = () => new Promise((resolve) => setImmediate(resolve));

  /** Answers come in the order of the questions, and are taken by whoever waits; those that nobody will take are dropped later. */
  class Line {
    readonly #answers: string[] = [];
    #toDrop = 0;
    #take: (answer: string) => void = (answer) => void this.#answers.push(answer);

    async ask(question: string): Promise<string> {
      this.#answers.splice(0, this.#toDrop);
      this.#toDrop = 0;
      void this.#arrive(question);
      const taken = new Promise<string>((resolve) => {
        this.#take = resolve;
      });
      const answer = this.#answers.shift() ?? (await taken);
      this.#take = (next) => void this.#answers.push(next);
      return answer;
    }

    tell(question: string): void {
      this.#toDrop++;
      void this.#arrive(question);
    }

    async #arrive(answer: string): Promise<void> {
      await moment();
      await moment(); // by now the request that did not wait for it is over
      this.#take(answer);
    }
  }

  const accounts = (keeps: 'one line' | 'a line for each') => () => {
    let line = new Line();
    const app = smallApp({
      account: async (req, res) => {
        if (!req.session.user) return void res.sendStatus(401);
        if (keeps === 'a line for each') line = new Line();
        res.send(await line.ask(`account of ${req.session.user}`));
      },
    });
    app.get('/seen', (req, res) => {
      if (req.session.user) line.tell(`seen by ${req.session.user}`);
      res.sendStatus(req.session.user ? 204 : 401);
    });
    return app;
  };
  const find = (app: () => Express) => toldBy(afterItsEnd, { app, routes: ['/account', '/seen'] });

  it('is found where others are out of step from then on', async () =>
    expect(await find(accounts('one line'))).toEqual(['M16']));
  it('is none where each has a line', async () => expect(await find(accounts('a line for each'))).toEqual([]));
});
