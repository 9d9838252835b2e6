/** What happens inside a process, told apart: small apps with one mistake each, and the one mechanism that they have. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import express, { type Express } from 'express';
import { type Mechanism, runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { strayBytes } from '../../../../lib/testing/suite/cases/stray-bytes.js';
import { streamsAfterLogout } from '../../../../lib/testing/suite/cases/streams-after-logout.js';
import type { SuiteCase } from '../../../../lib/testing/world/suite-case.js';
import { toldBy } from './one-case.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const IN_PROCESS: readonly Mechanism[] = [
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M7',
  'M8',
  'M9',
  'M10',
  'M16',
  'M17',
  'M19',
  'M27',
  'M29',
];

async function told(
  app: () => Express,
  routes: readonly string[],
  options: Partial<SuiteOptions> = {},
): Promise<string[]> {
  const report = await runSwapSuite({
    app,
    login: '/login',
    whoami: '/whoami',
    routes,
    mechanisms: IN_PROCESS,
    ...options,
  });
  return report.findings.map(({ mechanism }) => mechanism);
}

it('a key that is brought to lower case', async () => {
  const app = () => {
    const greetings = new Map<string, string>();
    return smallApp({
      account: (req, res) => {
        const user = req.session.user ?? '';
        const key = user.toLowerCase();
        if (!greetings.has(key)) greetings.set(key, `Hello ${user}`);
        res.send(greetings.get(key));
      },
    });
  };
  expect(await told(app, ['/account'])).toEqual(['M7']);
});

it('lines that are never cleared are no list of everybody', async () => {
  const app = () => {
    const lines: string[] = [];
    const made = express();
    return made.use(
      smallApp({
        account: (req, res) => {
          if (req.session.user) lines.push(`statement of ${req.session.user}`);
          res.send(req.session.user ? lines.join('\n') : '');
        },
      }),
    );
  };
  expect(await told(app, ['/account'])).toEqual(['M1']);
});

/** Milliseconds: whoever runs it does so by hand. */
const NEVER = 600_000;

describe('what is written later for whoever came first', () => {
  const later = (method: 'get' | 'post') => () => {
    const lines = new Map<string, string[]>();
    let waiting: string[] = [];
    const made = smallApp();
    made[method]('/visit', (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      if (waiting.push(`visit of ${user}`) === 1) {
        setTimeout(() => {
          lines.set(user, [...(lines.get(user) ?? []), ...waiting]);
          waiting = [];
        }, NEVER).unref();
      }
      res.sendStatus(202);
    });
    made.get('/visits', (req, res) => void res.json(lines.get(req.session.user ?? '') ?? []));
    return made;
  };

  it('is late work of a page', async () => {
    expect(await told(later('get'), ['/visit', '/visits'])).toEqual(['M4']);
  });

  it('is a job of what was sent', async () => {
    expect(await told(later('post'), ['POST /visit', '/visits'])).toEqual(['M29']);
  });
});

describe('what is sent for two people at once', () => {
  /** One for all, which is told whom to write to before it is told what. */
  const mailing = (read: 'own' | 'current') => () => {
    const inbox = new Map<string, string>();
    const mailer = { to: '' };
    let current = '';
    const made = express();
    made.use(smallApp());
    made.get('/inbox', (req, res) => {
      current = req.session.user ?? '';
      res.send(inbox.get(current) ?? '');
    });
    made.post('/statement', async (req, res) => {
      const { user = '' } = req.session;
      current = user;
      mailer.to = user;
      await new Promise((resolve) => setTimeout(resolve, 5));
      inbox.set(read === 'own' ? mailer.to : current, `statement of ${user}`);
      res.sendStatus(202);
    });
    return made;
  };

  it('goes to the other where the mailer is shared', async () => {
    expect(await told(mailing('own'), ['/inbox', 'POST /statement'])).toEqual(['M29']);
  });

  it('goes to whoever asked last where that is a variable', async () => {
    expect(await told(mailing('current'), ['/inbox', 'POST /statement'])).toEqual(['M1']);
  });
});

describe('a page that is kept by a part of the name', () => {
  const named = (...names: string[]) => names.map((username) => ({ username, password: 'a' }));
  const keptBy = (key: (user: string) => string) => () => {
    const pages = new Map<string, string>();
    return smallApp({
      account: (req, res) => {
        const { user } = req.session;
        if (!user) return void res.sendStatus(401);
        if (!pages.has(key(user))) pages.set(key(user), `gallery of ${user}`);
        res.send(pages.get(key(user)));
      },
    });
  };
  const slug = (user: string) => user.toLowerCase().replace(/[^a-z]/g, '');

  it('is a key that two of them share', async () => {
    const users = named('Anna-Lena', 'annalena', 'tomasz');
    expect(await told(keptBy(slug), ['/account'], { users })).toEqual(['M7']);
  });

  it('is a key without anybody in it where names have nothing in common', async () => {
    const users = named('maria', 'tomasz', 'aiko');
    expect(
      await told(
        keptBy((user) => (user === 'aiko' ? 'asia' : 'europe')),
        ['/account'],
        { users },
      ),
    ).toEqual(['M6']);
  });
});

it('memory that is written over in part', async () => {
  const app = () => {
    const memory = Buffer.alloc(1024);
    return smallApp({
      account: (req, res) => {
        const { user } = req.session;
        if (!user) return void res.sendStatus(401);
        const length = memory.write(`${user}|${user}@mail.example|of ${user}`);
        res.type('application/octet-stream').send(Buffer.from(memory.subarray(0, Math.ceil(length / 512) * 512)));
      },
    });
  };
  expect(await told(app, ['/account'])).toEqual(['M27']);
});

describe('a stream of events', () => {
  const streaming = (asksAgain: boolean) => () => {
    const over = new Set<string>();
    const made = express();
    made.use(smallApp());
    made.get('/events', (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      res.type('text/event-stream').flushHeaders();
      const timer = setInterval(() => {
        if (asksAgain && over.has(req.sessionID)) return void res.end();
        res.write(`data: ${user}\n\n`);
      }, 20);
      res.once('close', () => clearInterval(timer));
    });
    made.post('/leave', (req, res) => {
      over.add(req.sessionID);
      req.session.destroy(() => res.sendStatus(204));
    });
    return made;
  };

  /** One experiment only: each question to a stream takes a while. */
  const ask = (suiteCase: SuiteCase, asksAgain: boolean) =>
    toldBy(suiteCase, { app: streaming(asksAgain), logout: 'POST /leave', routes: ['/events'] });

  it('that goes on after the logout', async () => {
    expect(await ask(streamsAfterLogout, false)).toEqual(['M19']);
  });

  it('that asks again who it is for', async () => {
    expect(await ask(streamsAfterLogout, true)).toEqual([]);
  });

  it('is in excess of no answer', async () => {
    expect(await ask(strayBytes, false)).toEqual([]);
  });
});

it('what is given back when its client leaves, and still written to', async () => {
  const app = () => {
    const free: string[][] = [];
    const moment = () => new Promise((resolve) => setTimeout(resolve, 3));
    return smallApp({
      account: async (req, res) => {
        const { user } = req.session;
        if (!user) return void res.sendStatus(401);
        const rows = free.pop() ?? [];
        res.once('close', () => free.push(rows));
        rows.length = 0;
        rows.push(`name of ${user}`);
        await moment();
        rows.push(`address of ${user}`);
        await moment();
        res.send(rows.join());
      },
    });
  };
  expect(await told(app, ['/account'], { mechanisms: ['M2', 'M16'] })).toEqual(['M2']);
});

describe('one at a time, in the asynchronous context of whoever came first', () => {
  const moment = () => new Promise((resolve) => setTimeout(resolve, 4));
  const rendering = (bind: boolean) => () => {
    const current = new AsyncLocalStorage<string>();
    const jobs: (() => void)[] = [];
    let isBusy = false;
    const work = async () => {
      isBusy = true;
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        await moment();
        job();
      }
      isBusy = false;
    };
    return smallApp({
      account: (req, res) => {
        const { user } = req.session;
        if (!user) return void res.sendStatus(401);
        current.run(user, async () => {
          const render = () => `invoice of ${current.getStore()}`;
          const bound = bind ? AsyncResource.bind(render) : render;
          const rendered = new Promise<string>((resolve) => jobs.push(() => resolve(bound())));
          if (!isBusy) void work();
          res.send(await rendered); // in its own context
        });
      },
    });
  };

  it('is the wrong context', async () => {
    expect(await told(rendering(false), ['/account'], { mechanisms: ['M1', 'M3', 'M5', 'M9'] })).toEqual(['M3']);
  });

  it('is none where it was bound', async () => {
    expect(await told(rendering(true), ['/account'], { mechanisms: ['M1', 'M3', 'M5', 'M9'] })).toEqual([]);
  });
});
