/** What is mixed up inside a process, told by the right name. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { pbkdf2 } from 'node:crypto';
import type express from 'express';
import type { Express } from 'express';
import type { Mechanism } from '../../../../lib/evidence/mechanisms.js';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

async function told(
  app: () => Express,
  routes: SuiteOptions['routes'],
  mechanisms: readonly Mechanism[],
): Promise<string[]> {
  const report = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, mechanisms });
  return [...new Set(report.findings.map(({ mechanism }) => mechanism))];
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a connection that is made for the page on which the first login ends', () => {
  const app = (bound: boolean) => () => {
    const current = new AsyncLocalStorage<string | undefined>();
    let connection: AsyncResource | undefined;
    const ask = (answered: () => void) => {
      connection ??= new AsyncResource('connection');
      const call = bound ? AsyncResource.bind(answered) : answered;
      setImmediate(() => connection?.runInAsyncScope(call));
    };
    const made = smallApp();
    made.get(['/', '/rates'], (req, res) => {
      current.run(req.session.user, () => ask(() => res.send(`rates for ${current.getStore()}`)));
    });
    return made;
  };

  it('answers everybody in the context of the first', async () => {
    expect(await told(app(false), ['/rates'], ['M3', 'M6'])).toEqual(['M3']);
  });

  it('answers each in their own', async () => {
    expect(await told(app(true), ['/rates'], ['M3', 'M6'])).toEqual([]);
  });
});

describe('an envelope that is used again', () => {
  /** @param open whether strangers are answered too */
  const app = (isReset: boolean, open: boolean) => () => {
    const spare: { data?: string; error?: string }[] = [];
    const answer = (res: express.Response, status: number, content: { data?: string; error?: string }) => {
      const envelope = Object.assign(spare.pop() ?? {}, content);
      res.status(status).json(envelope);
      delete envelope.data;
      if (isReset) delete envelope.error;
      spare.push(envelope);
    };
    const made = smallApp();
    made.get('/rates', (req, res) => {
      if (!open && !req.session.user) return void res.sendStatus(401);
      answer(res, 200, { data: '1.09' });
    });
    made.post('/payments', (req, res) => answer(res, 422, { error: `too much for ${req.session.user}` }));
    return made;
  };
  const routes = ['/rates', 'POST /payments'];

  it.each([true, false])('and keeps why the last one was refused, open to strangers: %s', async (open) => {
    expect(await told(app(false, open), routes, ['M2', 'M3', 'M16'])).toEqual(['M2']);
  });

  it('and is reset', async () => {
    expect(await told(app(true, true), routes, ['M2', 'M3', 'M16'])).toEqual([]);
  });
});

describe('a context that is given back twice', () => {
  /** Logins have none, so that at first each of two gets one of their own. */
  const app = (endings: readonly string[]) => () => {
    const spare: { user?: string | undefined }[] = [];
    const made = smallApp();
    made.get('/wallet', async (req, res) => {
      const context = spare.pop() ?? {};
      for (const ending of endings) res.on(ending, () => spare.push(context));
      context.user = req.session.user;
      await moment();
      res.send(`wallet of ${context.user}`);
    });
    return made;
  };

  it('when the response has finished and when it has closed', async () => {
    expect(await told(app(['finish', 'close']), ['/wallet'], ['M1', 'M2', 'M9'])).toEqual(['M2']);
  });

  it('and one that is given back once', async () => {
    expect(await told(app(['close']), ['/wallet'], ['M9'])).toEqual([]);
  });
});

describe('rows for all who ask at a time, in the order of the table', () => {
  const app = (byPosition: boolean) => () => {
    const table: string[] = [];
    let waiting: { user: string; answer: (row: string | undefined) => void }[] = [];
    const answerAll = () => {
      const asked = waiting;
      waiting = [];
      const rows = table.filter((row) => asked.some(({ user }) => user === row));
      for (const [index, { user, answer }] of asked.entries())
        answer(byPosition ? rows[index] : rows.find((row) => row === user));
    };
    const rowOf = (user: string) =>
      new Promise<string | undefined>((resolve) => {
        if (waiting.length === 0) setTimeout(answerAll, 5);
        waiting.push({ user, answer: resolve });
      });
    const made = smallApp();
    made.get('/row', async (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      if (!table.includes(user)) table.push(user);
      res.send(`row of ${await rowOf(user)}`);
    });
    return made;
  };

  it('and given out by position', async () => {
    expect(await told(app(true), ['/row'], ['M5', 'M26'])).toEqual(['M5']);
  });

  it('and given out by name', async () => {
    expect(await told(app(false), ['/row'], ['M5'])).toEqual([]);
  });
});

describe('a trail that is written when a thread is done, after the response', () => {
  const app = (shared: boolean) => () => {
    const trails = new Map<string | undefined, string>();
    const scope: { user?: string | undefined } = {};
    const made = smallApp();
    made.get('/statement', (req, res) => {
      const own = shared ? scope : {};
      const { user } = req.session;
      own.user = user;
      res.on('finish', () =>
        pbkdf2('statement', 'seal', 20_000, 16, 'sha256', () => {
          trails.set(own.user, `${user} was the last to look`);
        }),
      );
      res.send('12.40 are due');
    });
    made.get('/trail', (req, res) => void res.send(trails.get(req.session.user) ?? 'nobody has looked'));
    return made;
  };
  const routes = ['/statement', '/trail'];

  it('from a scope that the next one uses, too', async () => {
    expect(await told(app(true), routes, ['M4'])).toEqual(['M4']);
  });

  it('from a scope of its own', async () => {
    expect(await told(app(false), routes, ['M4'])).toEqual([]);
  });
});

describe('pages that are answered from what was answered lately', () => {
  /** @param isUsed by the milliseconds that the event loop lags */
  const app = (isUsed: (lag: number) => boolean) => () => {
    const lately = new Map<string, string>();
    let [lag, last] = [0, performance.now()];
    setInterval(() => {
      const now = performance.now();
      lag = Math.max(now - last - 20, lag * 0.95);
      last = now;
    }, 20).unref();
    const made = smallApp();
    made.get('/summary', (req, res) => {
      if (!req.session.user) return void res.sendStatus(401);
      const kept = isUsed(lag) ? lately.get(req.originalUrl) : undefined;
      const page = kept ?? `summary of ${req.session.user}`;
      lately.set(req.originalUrl, page);
      res.send(page);
    });
    return made;
  };

  it('while the event loop lags', async () => {
    expect(
      await told(
        app((lag) => lag > 400),
        ['/summary'],
        ['M26'],
      ),
    ).toEqual(['M26']);
  });

  it('and always: then it is no matter of lag', async () => {
    expect(
      await told(
        app(() => true),
        ['/summary'],
        ['M26'],
      ),
    ).toEqual([]);
  });
});

it('a connection that has one reply too many after two at once answers each with what is of the one before', async () => {
  const app = () => {
    const replies: string[] = [];
    let asking = 0;
    const made = smallApp();
    made.get('/row', async (req, res) => {
      const { user } = req.session;
      if (!user) return void res.sendStatus(401);
      const isFirst = ++asking === 1;
      await moment();
      replies.push(`row of ${user}`);
      if (!isFirst) replies.push(`row of ${user}`); // asked for once more
      asking--;
      res.send(replies.shift());
    });
    return made;
  };
  expect(await told(app, ['/row'], ['M1', 'M10', 'M16'])).toEqual(['M16']);
});
