/** What shows only over another page, another order, or another request than the one that left it: one experiment at a time. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import express from 'express';
import { failingLogins } from '../../../../lib/testing/suite/cases/failing-logins.js';
import { jobsOfTwo } from '../../../../lib/testing/suite/cases/jobs-of-two.js';
import { nextAfterARefusal } from '../../../../lib/testing/suite/cases/next-after-a-refusal.js';
import { oneConnectionInTurn } from '../../../../lib/testing/suite/cases/one-connection-in-turn.js';
import { sameUrlInTurn } from '../../../../lib/testing/suite/cases/same-url-in-turn.js';
import { twoAtOnce } from '../../../../lib/testing/suite/cases/two-at-once.js';
import { unfilledMemory } from '../../../../lib/testing/suite/cases/unfilled-memory.js';
import { toldBy } from './one-case.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

it('an error that all who send a wrong form share', async () => {
  const app = () => {
    const wrong = { fields: '' };
    const made = express();
    made.use(smallApp());
    made.post('/details', async (req, res) => {
      wrong.fields = `details of ${req.session.user}`;
      await new Promise((resolve) => setTimeout(resolve, 3));
      res.status(422).send(wrong.fields);
    });
    return made;
  };
  expect(await toldBy(jobsOfTwo, { app, routes: ['/account', 'POST /details'] })).toEqual(['M1']);
});

describe('two pages at once, the second of which is quicker', () => {
  /** Draws in another process, maybe: its answers are taken in the order of the questions. */
  async function drawing(use: (ask: (how: string, text: string) => Promise<string>) => Promise<void>): Promise<void> {
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        for (const line of String(data).split('\n').filter(Boolean))
          setTimeout(() => socket.write(`${line}\n`), line.startsWith('slow') ? 30 : 1);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
    const waiting: ((line: string) => void)[] = [];
    socket.on('data', (data) => {
      for (const line of String(data).split('\n').filter(Boolean)) waiting.shift()?.(line);
    });
    try {
      await use((how, text) => {
        socket.write(`${how} ${text}\n`);
        return new Promise((resolve) => void waiting.push(resolve));
      });
    } finally {
      socket.destroy();
      server.close();
    }
  }

  it('are answers of another server that are taken by their place', async () => {
    await drawing(async (ask) => {
      const app = () => {
        const made = express();
        made.use(smallApp());
        for (const how of ['slow', 'quick'])
          made.get(`/${how}`, async (req, res) => void res.send(await ask(how, req.session.user ?? '')));
        return made;
      };
      expect(await toldBy(twoAtOnce, { app, routes: ['/slow', '/quick'] })).toEqual(['M17']);
    });
  });
});

it('a context that was entered for whoever was refused, on a page for all', async () => {
  const app = () => {
    const trail = new AsyncLocalStorage<string>();
    const users = new Map<string, string>();
    const made = express();
    // Nothing in between that waits: the context would be that of what was waited for.
    const userOf = (req: express.Request) => users.get(/sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '') ?? '';
    made.post('/login', express.urlencoded({ extended: false }), (req, res) => {
      const id = randomUUID();
      users.set(id, String(req.body.username));
      res.cookie('sid', id).sendStatus(204);
    });
    made.get('/whoami', (req, res) => void res.json({ user: userOf(req) }));
    made.get('/account', (req, res) => void res.send(`account of ${userOf(req)}`));
    made.get('/payroll', (req, res) => {
      trail.enterWith(userOf(req));
      res.sendStatus(403);
    });
    made.get('/contact', (_req, res) => void res.send(`asked by ${trail.getStore() ?? 'a visitor'}`));
    return made;
  };
  expect(await toldBy(oneConnectionInTurn, { app, routes: ['/account', '/payroll', '/contact'] })).toEqual(['M3']);
});

it('rows that are padded with what was there', async () => {
  const app = () =>
    smallApp({
      account: (_req, res) => {
        const rows = Buffer.allocUnsafe(400);
        for (let at = 0; at < rows.length; at += 4) rows[at] = at % 251;
        res.type('application/octet-stream').send(rows);
      },
    });
  expect(await toldBy(unfilledMemory, { app, routes: ['/account'] })).toEqual(['M27']);
});

describe('what a refused request had begun', () => {
  /** The commands of a transaction, on the one connection of a pretended store; those that are left go first the next time. */
  const counting = (clears: boolean) => () => {
    let begun: string[] = [];
    const made = express();
    made.use(smallApp());
    made.get('/basket', (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      if (clears) begun = [];
      begun.push(`basket of ${user}`);
      if (req.query.add === 'two') return void res.sendStatus(400);
      const [first] = begun;
      begun = [];
      res.send(first);
    });
    return made;
  };
  const ROUTES = ['/basket?add=1', '/basket?add=two'];

  it('goes on in the name of who comes next', async () => {
    expect(await toldBy(nextAfterARefusal, { app: counting(false), routes: ROUTES })).toEqual(['M16']);
  });

  it('hangs on no connection to the app', async () => {
    expect(await toldBy(oneConnectionInTurn, { app: counting(false), routes: ['/account', ...ROUTES] })).toEqual([]);
  });

  it('is gone where it is cleared away', async () => {
    expect(await toldBy(nextAfterARefusal, { app: counting(true), routes: ROUTES })).toEqual([]);
  });
});

describe('two logins that fail at the same place', () => {
  const numbered = (refuses: boolean) => () => {
    const users = new Map<string, string>();
    const userOf = (req: express.Request) => users.get(/sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '');
    const numberOf = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return randomUUID();
    };
    const made = express();
    made.post('/login', express.urlencoded({ extended: false }), async (req, res) => {
      const id = await numberOf().catch(() => undefined);
      if (refuses && id === undefined) return void res.sendStatus(503);
      users.set(String(id), String(req.body.username));
      res.cookie('sid', String(id)).sendStatus(204);
    });
    made.get(['/whoami', '/account'], (req, res) => void res.json({ user: userOf(req) ?? null }));
    return made;
  };

  it.each([
    ['are given one session', false, ['M8']],
    ['are refused', true, []],
  ] as const)('%s', async (_name, refuses, expected) => {
    expect(await toldBy(failingLogins, { app: numbered(refuses), routes: ['/account'] })).toEqual(expected);
  });
});

describe('a page that shows somebody else to whoever asks first', () => {
  const showing = (how: 'failure' | 'login') => () => {
    let role = 'all';
    const made = express();
    made.use(smallApp());
    made.get('/reports', (req, res) => {
      role = req.session.user ?? role;
      res.sendStatus(500);
    });
    made.get('/bulletin', (_req, res) => void res.send(`for ${role}`));
    if (how === 'failure') return made;
    const app = express();
    app.post('/login', express.urlencoded({ extended: false }), (req, _res, next) => {
      role = String(req.body.who);
      next();
    });
    return app.use(made);
  };

  it('is of whoever logged in last', async () => {
    expect(await toldBy(sameUrlInTurn, { app: showing('login'), routes: ['/bulletin'] })).toEqual(['M1']);
  });

  it('is left elsewhere, where the last login changes nothing', async () => {
    expect(await toldBy(sameUrlInTurn, { app: showing('failure'), routes: ['/reports', '/bulletin'] })).toEqual([]);
  });
});

it('a connection that was made in the name of whoever came first', async () => {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets: Socket[] = [];
  const app = () => {
    const current = new AsyncLocalStorage<string>();
    const waiting: (() => void)[] = [];
    let socket: Socket | null = null;
    const feed = (done: () => void) => {
      waiting.push(done);
      if (socket === null) {
        socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
        sockets.push(socket);
        socket.on('data', () => waiting.shift()?.());
      }
      socket.write('x');
    };
    const account: express.RequestHandler = (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      current.run(user, () => feed(() => void res.send(`feed of ${current.getStore()}`)));
    };
    return smallApp({ account });
  };
  try {
    expect(await toldBy(sameUrlInTurn, { app, routes: ['/account'] })).toEqual(['M3']);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
