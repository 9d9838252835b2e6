/** What is held, what is not, what is left behind: nothing. */
import crypto from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, type RequestListener, request, type ServerResponse } from 'node:http';
import timers from 'node:timers';
import { promisify } from 'node:util';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import supertest from 'supertest';
import { gateStore, type InterleaveOptions, type InterleaveTarget, interleave } from 'swapproof/testing';
import { deferred } from '../../../helpers/deferred.js';
import { inEnvironment } from '../../../helpers/kit-app.js';
import { rejectionOf } from '../../../helpers/thrown.js';
import { as, linesOf, own, textOf } from './support.js';
import { app as appOf, ownMemory, sharedMemory, userOf } from './ways.js';

const vulnerable = () => appOf('core fs', sharedMemory());
const search = (app: RequestListener, options: Partial<InterleaveOptions<string>> = {}) =>
  interleave({ app, a: as('ada'), b: as('bob'), check: own, pipelining: false, ...options });

/** Everything that a search patches, as it is now, in this realm and in Node's own. */
function patched(): readonly unknown[] {
  const core = Object.getPrototypeOf(promisify((done: (error: null) => void) => done(null))()) as object;
  const owners = [
    Promise.prototype,
    core,
    globalThis,
    promisify.constructor('return globalThis')(),
    timers,
    fs,
    dns,
    crypto,
  ];
  return owners.flatMap((owner: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(owner)).map(([name, { value, get, set, ...how }]) => {
      return [name, get ?? value, set, how];
    }),
  );
}

describe('what is left behind', () => {
  const untouched = patched();
  afterEach(() => expect(patched()).toEqual(untouched));

  it('is nothing after a search', async () => {
    let during: readonly unknown[] = [];
    await search(vulnerable(), {
      check: () => {
        during = patched();
      },
    });
    expect(during).not.toEqual(untouched);
  });

  it('is nothing after an app that throws', async () => {
    const app: RequestListener = () => {
      throw new Error('of the app');
    };
    await expect(search(app)).rejects.toThrow('of the app');
  });

  it('is nothing after an app whose promise rejects', async () => {
    const app: RequestListener = async (_req, res) => {
      await readFile(__filename);
      res.write('half of it');
      throw new Error('of the app');
    };
    await expect(search(app)).rejects.toThrow('of the app');
  });

  it('is nothing after an app that never answers', async () => {
    const error = await rejectionOf(search(() => {}, { answerWithin: 20 }));
    expect(error).toMatchObject({ name: 'TestingError', code: 'ERR_INTERLEAVE_UNFINISHED' });
    expect(error.message).toContain('request A had no answer after 20 ms; nothing was held');
  });

  it('is nothing after an app that never answers again once it was held', async () => {
    let requests = 0;
    const app: RequestListener = async (_req, res) => {
      const mine = ++requests;
      await readFile(__filename);
      if (mine === requests) res.end();
    };
    const error = await rejectionOf(search(app, { answerWithin: 1_000 }));
    expect(error.message).toMatch(
      /request A had no answer after 1000 ms; it had been held at test\/unit\/.*:\d+:\d+\./,
    );
  });

  it('is nothing after a sender that fails', async () => {
    const failing = { a: () => Promise.reject(new Error('of the sender')) };
    await expect(search(vulnerable(), failing)).rejects.toThrow('of the sender');
  });

  it('is nothing after a sender that throws at once', async () => {
    const b = () => {
      throw new Error('of the sender');
    };
    await expect(search(vulnerable(), { b })).rejects.toThrow('of the sender');
  });

  it('is nothing after preparations that fail', async () => {
    await expect(search(vulnerable(), { before: () => Promise.reject(new Error('no database')) })).rejects.toThrow(
      'no database',
    );
  });

  it('leaves a property alone that somebody else has put in place of ours', async () => {
    const { setTimeout: real } = globalThis;
    const theirs = Object.assign(() => real(() => {}, 0), real);
    await search(vulnerable(), {
      check: () => {
        globalThis.setTimeout = theirs as typeof setTimeout;
      },
    });
    expect(globalThis.setTimeout).toBe(theirs);
    globalThis.setTimeout = real;
  });
});

describe('where a request is held', () => {
  it('is once at each place, and the last run holds nothing', async () => {
    const stopped: (string | null)[] = [];
    const app: RequestListener = async (_req, res) => {
      await readFile(__filename); // first
      await readFile(__filename); // second
      res.end();
    };
    const { runs } = await search(app, { check: ({ stop }) => void stopped.push(stop && textOf(stop).trim()) });
    expect(stopped).toEqual([expect.stringContaining('// first'), expect.stringContaining('// second'), null]);
    expect(runs).toBe(3);
  });

  it('is three times at a place that a loop comes to, and the rest is named', async () => {
    const app: RequestListener = async (_req, res) => {
      for (let times = 0; times < 5; times++) await readFile(__filename);
      res.end();
    };
    const { stops, uncontrolled } = await search(app, { check: () => null });
    expect(stops.map(({ visit, reached }) => [visit, reached])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
    expect(uncontrolled).toEqual([{ where: stops[0]?.where, why: expect.stringContaining('more than 3 times') }]);
  });

  it('ends at maxStops, and says what was not held', async () => {
    const app: RequestListener = async (_req, res) => {
      for (let times = 0; times < 3; times++) await readFile(__filename);
      res.end();
    };
    const { stops, uncontrolled, runs } = await search(app, { check: () => null, maxStops: 1 });
    expect(stops.map(({ reached }) => reached)).toEqual([true, false, false]);
    expect(uncontrolled).toEqual([{ where: stops[1]?.where, why: expect.stringContaining('maxStops') }]);
    expect(runs).toBe(2);
  });

  it('ends at searchFor, and says what was not held', async () => {
    const app: RequestListener = async (_req, res) => {
      for (let times = 0; times < 3; times++) await readFile(__filename);
      res.end();
    };
    const { stops, uncontrolled } = await search(app, { check: () => null, searchFor: 1 });
    expect(stops.map(({ reached }) => reached)).toEqual([true, false, false]);
    expect(uncontrolled).toEqual([{ where: stops[1]?.where, why: expect.stringContaining('searchFor') }]);
  });

  it('is not between a stream that calls and what follows in the same turn', async () => {
    let current = '';
    let begun = deferred<void>();
    const app: RequestListener = (req, res) => {
      begun.resolve();
      req.resume().on('end', async () => {
        current = userOf(req);
        await Promise.resolve();
        res.end(current);
      });
    };
    const slowly = ({ url }: InterleaveTarget) =>
      new Promise<string>((resolve, reject) => {
        begun = deferred();
        const outgoing = request(url, { agent: false, method: 'POST', headers: { 'x-user': 'ada' } });
        outgoing.on('error', reject).on('response', async (incoming) => resolve(String(await incoming.toArray())));
        outgoing.write('x');
        void begun.promise.then(() => outgoing.end('x'));
      });
    const { findings, stops } = await search(app, { a: slowly });
    expect({ findings, stops }).toEqual({ findings: [], stops: [] });
  });

  it('is nowhere once the search is over', async () => {
    const [later, done] = [deferred<void>(), deferred<void>()];
    const app: RequestListener = (req, res) => {
      const isHeld = userOf(req) === 'ada';
      void later.promise.then(() => isHeld && done.resolve());
      res.end();
    };
    await search(app, { check: () => null });
    later.resolve();
    await done.promise;
  });

  it('is not where the function that it waits for has gone on in the same turn', async () => {
    let current = '';
    const app: RequestListener = async (req, res) => {
      const inner = async () => {
        await readFile(__filename); // waits
        current = userOf(req);
      };
      await inner();
      res.end(current);
    };
    const { findings, stops } = await search(app);
    expect(findings).toEqual([]);
    expect(stops.map(textOf)).toEqual([expect.stringContaining('// waits')]);
  });

  it('is the work in the background too, until the answer has come', async () => {
    const app: RequestListener = (_req, res) => {
      void readFile(__filename).then(() => {}); // waits
      setTimeout(() => res.end(), 20);
    };
    const { stops } = await search(app, { check: () => null });
    expect(stops.map(textOf)).toContainEqual(expect.stringContaining('// waits'));
  });

  it('is nowhere where a callback comes from what is not watched, and the line is named', async () => {
    let current = '';
    const app: RequestListener = (req, res) => {
      current = userOf(req);
      const file = fs.createReadStream(__filename);
      file.resume().on('end', () => res.end(current)); // ends
    };
    const { stops, uncontrolled } = await search(app);
    expect(stops).toEqual([]);
    expect(uncontrolled.map(({ where }) => textOf({ where } as never))).toEqual([expect.stringContaining('// ends')]);
  });

  it('is after the body has come, in code that a stream calls', async () => {
    let current = '';
    const app: RequestListener = (req, res) => {
      current = userOf(req);
      req.resume().on('end', async () => {
        await readFile(__filename); // waits
        res.end(current);
      });
    };
    const { findings } = await search(app, { a: as('ada', { method: 'POST', body: 'x' }) });
    expect(linesOf(findings)).toEqual([expect.stringContaining('// waits')]);
  });
});

describe('b that waits for a', () => {
  it('is no finding, and is told', async () => {
    let free: Promise<unknown> = Promise.resolve();
    const app: RequestListener = (req, res) => {
      free = free.then(async () => {
        await readFile(__filename); // waits
        res.end(userOf(req));
      });
    };
    const { findings, stops } = await search(app, { waitForB: 20 });
    expect(findings).toEqual([]);
    expect(stops).toMatchObject([{ reached: true, bWaited: true }]);
  });
});

describe('lost contexts', () => {
  it('are counted, with their lines', async () => {
    const waiting: (() => void)[] = [];
    // As a connection that was opened before the first request.
    const worker = setInterval(async () => {
      const job = waiting.shift();
      if (job === undefined) return;
      await readFile(__filename); // lost
      job();
    }, 1);
    const app: RequestListener = (_req, res) => void waiting.push(() => res.end());
    const { lost, uncontrolled } = await search(app, { check: () => null }).finally(() => clearInterval(worker));
    expect(lost).toBeGreaterThan(0);
    const places = uncontrolled.filter(({ why }) => why.includes('AsyncLocalStorage'));
    expect(places.map(({ where }) => textOf({ where } as never))).toContainEqual(expect.stringContaining('// lost'));
  });
});

describe('an await that does not let the event loop turn', () => {
  const app: () => RequestListener = () => {
    let current = '';
    return async (req, res) => {
      current = userOf(req);
      await Promise.resolve(); // pipelined
      res.end(current);
    };
  };

  it('is no stop, and is proved to be reachable by a request in the same packet', async () => {
    const { findings, stops, pipelining } = await search(app(), { pipelining: true });
    expect(stops).toEqual([]);
    expect(pipelining).toMatchObject([{ kind: 'await', reached: true }]);
    expect(textOf(pipelining[0] ?? null)).toContain('// pipelined');
    expect(findings).toMatchObject([{ stop: null, pipelined: true, a: 'bob', b: 'bob' }]);
  });

  it('is not asked for by pipelining without the option', async () => {
    const { ok, pipelining } = await search(app());
    expect({ ok, pipelining }).toMatchObject({ ok: true, pipelining: [{ reached: false }] });
  });

  it('is reached by a request with a body, of which nothing is lost', async () => {
    let current = '';
    const echo: RequestListener = async (req, res) => {
      current = userOf(req);
      await null;
      const before = current;
      res.setHeader('content-length', '3').write(before);
      req.resume().on('end', () => res.end());
    };
    const b = as('bob', { method: 'POST', body: 'x'.repeat(2_000) });
    const { findings } = await search(echo, { b, pipelining: true });
    expect(findings).toMatchObject([{ stop: null, pipelined: true, a: 'bob', b: 'bob' }]);
  });

  it('is reached through an app of Express, whose answers arrive as they were sent', async () => {
    const app = express().post(
      '/',
      express.text(),
      (req, res) => void res.status(201).append('x-seen', 'yes').send(req.body),
    );
    const posts =
      (user: string) =>
      async ({ url }: InterleaveTarget) => {
        const headers = { 'content-type': 'text/plain' };
        const answer = await fetch(url, { method: 'POST', body: user, headers });
        return `${answer.status} ${answer.headers.get('x-seen')} ${await answer.text()}`;
      };
    const check = ({ a, b }: { a: string; b: string }) => expect([a, b]).toEqual(['201 yes ada', '201 yes bob']);
    const { findings, runs } = await search(app, { a: posts('ada'), b: posts('bob'), check, pipelining: true });
    expect({ findings, runs }).toEqual({ findings: [], runs: 2 });
  });
});

describe('apps', () => {
  const handler = appOf('core fs', sharedMemory());
  const mounted = (use: (handler: RequestListener) => unknown) => use(handler);
  it.each<[string, () => RequestListener]>([
    ['Express 5', () => express().use(handler)],
    ['Express 4', () => express4().use(handler)],
    ['Connect', () => connect().use(handler)],
    ['a router in a router', () => express().use(express.Router().use(express.Router().use(handler)))],
  ])('of %s', async (_name, make) => {
    const { findings } = await search(mounted(make) as RequestListener);
    expect(linesOf(findings)).toEqual([expect.stringContaining('// waits')]);
  });

  it('see one port, whatever door a request came by', async () => {
    const seen = new Set<string>();
    const app: RequestListener = async (req, res) => {
      const port = String(req.headers.host?.split(':')[1]);
      seen.add(
        `${req.headers.host} ${req.headers.origin} ${req.headers.referer} ${req.rawHeaders.join().includes(port)}`,
      );
      await readFile(__filename);
      res.end();
    };
    const sender = (target: InterleaveTarget) =>
      as('', { headers: { origin: target.url, referer: `${target.url}/x` } })(target);
    await search(app, { before: sender, a: sender, b: sender, check: () => null, pipelining: true });
    expect([...seen]).toEqual([expect.stringMatching(/^(127\.0\.0\.1:\d+) http:\/\/\1 http:\/\/\1\/x true$/)]);
  });

  it('may be asked by supertest, which begins when it is awaited', async () => {
    const get = (user: string) => (target: InterleaveTarget) =>
      supertest(target.url)
        .get('/')
        .set('x-user', user)
        .then(({ text }) => text);
    const body =
      (user: string) =>
      ({ url }: InterleaveTarget) =>
        supertest(url).get('/').set('x-user', user);
    const { findings } = await search(vulnerable(), { a: get('ada'), b: get('bob') });
    expect(linesOf(findings)).toEqual([expect.stringContaining('// waits')]);
    const { ok } = await interleave({
      app: appOf('core fs', ownMemory()),
      a: body('ada'),
      b: body('bob'),
      check: ({ a, b }) => {
        expect([a.status, b.status]).toEqual([200, 200]);
      },
    });
    expect(ok).toBe(true);
  });

  it('may be asked over connections that are kept alive', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const get =
      (user: string) =>
      ({ url }: InterleaveTarget) =>
        new Promise<string>((resolve, reject) => {
          request(url, { agent, headers: { 'x-user': user } }, async (incoming) => {
            let text = '';
            for await (const chunk of incoming) text += String(chunk);
            resolve(text);
          })
            .on('error', reject)
            .end();
        });
    const { findings, stops } = await search(vulnerable(), { a: get('ada'), b: get('bob'), pipelining: true });
    agent.destroy();
    expect(stops).toHaveLength(1);
    expect(linesOf(findings)).toContainEqual(expect.stringContaining('// waits'));
  });

  it('may use queueMicrotask and nextTick, which let nobody in', async () => {
    let current = '';
    const app: RequestListener = (req, res) => {
      current = userOf(req);
      queueMicrotask(() => process.nextTick(() => queueMicrotask(() => res.end(current))));
    };
    const { ok, stops, uncontrolled } = await search(app);
    expect({ ok, stops, uncontrolled }).toEqual({ ok: true, stops: [], uncontrolled: [] });
  });

  it('may look at the constructor of a promise', async () => {
    const app: RequestListener = async (_req, res) => {
      const own = Promise.resolve(1);
      const found = own.constructor as PromiseConstructor;
      await own;
      res.end(`${found.name} ${own instanceof found} ${await found.resolve(2)} ${Promise.resolve(own) === own}`);
    };
    let seen = '';
    const check = ({ a }: { a: string }) => {
      seen = a;
    };
    await search(app, { check });
    expect(seen).toBe('Promise true 2 true');
  });
});

describe('under fake timers', () => {
  afterEach(() => jest.useRealTimers());
  it('that were left on, it still finds what it finds, and restores the fakes', async () => {
    jest.useFakeTimers();
    const { setTimeout: fake } = globalThis;
    const { findings } = await search(vulnerable());
    expect(linesOf(findings)).toEqual([expect.stringContaining('// waits')]);
    expect(globalThis.setTimeout).toBe(fake);
  });

  it('that keep an app from answering, it ends', async () => {
    jest.useFakeTimers();
    const app: RequestListener = (_req, res) => void setTimeout(() => res.end(), 1);
    expect((await rejectionOf(search(app, { answerWithin: 20 }))).message).toContain('are fake timers off?');
  });
});

describe('check', () => {
  it('may throw, as expect() does', async () => {
    const { findings } = await search(vulnerable(), { check: ({ a }) => expect(a).toBe('ada') });
    expect(findings).toMatchObject([{ problem: expect.stringContaining('Expected: "ada"'), a: 'bob', b: 'bob' }]);
  });

  it('finds what is wrong without being interrupted', async () => {
    const { findings } = await search((_req, res) => void res.end('somebody'));
    expect(findings).toMatchObject([{ stop: null, pipelined: false, a: 'somebody' }]);
  });
});

describe('gateStore()', () => {
  const make = () => {
    const answers: string[] = [];
    class Store {
      readonly #value = 'kept';
      get(_key: string, done: (error: null, value: string) => void) {
        setImmediate(done, null, this.#value);
      }
      on(_event: string, listener: () => void) {
        answers.push(typeof listener);
        return this;
      }
      Session = class {};
    }
    return { answers, store: new Store() };
  };

  it('is the same object for everybody who uses it', async () => {
    const { store, answers } = make();
    const gated = gateStore(store);
    expect(gated).toBeInstanceOf(store.constructor);
    expect(gated.get).toBe(gated.get);
    expect(gated.on('disconnect', () => {})).toBe(gated);
    expect(answers).toEqual(['function']);
    expect(new gated.Session()).toBeInstanceOf(store.Session);
    expect(await promisify(gated.get.bind(gated))('key')).toBe('kept');
    Object.assign(gated, { generate: 1 });
    expect(store).toHaveProperty('generate', 1);
  });

  it('makes a stop of each callback', async () => {
    const gated = gateStore(make().store);
    let current = '';
    const app = (req: Parameters<RequestListener>[0], res: ServerResponse) => {
      current = userOf(req);
      gated.get('key', () => res.end(current)); // waits
    };
    const { findings, stops } = await search(app);
    expect(linesOf(findings)).toEqual([expect.stringContaining('// waits')]);
    expect(stops).toMatchObject([{ kind: 'store' }]);
  });

  it('refuses what is no object', () => {
    expect(() => Reflect.apply(gateStore, undefined, ['store'])).toThrow('gateStore(store) takes a store');
  });
});

describe('what can not work', () => {
  it('is refused in production', async () => {
    const error = await inEnvironment('production', () => rejectionOf(search(vulnerable())));
    expect(error).toMatchObject({ name: 'TestingError', code: 'ERR_TESTING_IN_PRODUCTION' });
  });

  it('is refused while another search runs', async () => {
    const first = search(vulnerable());
    expect(await rejectionOf(search(vulnerable()))).toMatchObject({ code: 'ERR_INTERLEAVE_RUNNING' });
    expect((await first).findings).toHaveLength(1);
    expect((await search(vulnerable())).findings).toHaveLength(1);
  });

  it('is refused while another copy of the package runs', async () => {
    let other: typeof interleave | undefined;
    jest.isolateModules(() => {
      other = (require('swapproof/testing') as { interleave: typeof interleave }).interleave;
    });
    expect(other).not.toBe(interleave);
    const first = search(vulnerable());
    const second = other?.({ app: vulnerable(), a: as('ada'), b: as('bob'), check: own });
    await expect(second).rejects.toMatchObject({
      code: 'ERR_INTERLEAVE_RUNNING',
      message: expect.stringContaining('another copy of this package'),
    });
    await first;
  });

  it('is refused with options that do not exist, or are of another kind', async () => {
    const wrong: object[] = [
      { app: undefined },
      { app: {} },
      { check: 'ok' },
      { maxStops: 0 },
      { waitForB: '1s' },
      { stops: 1 },
    ];
    for (const options of wrong) {
      const error = await rejectionOf(search(vulnerable(), options));
      expect(error).toMatchObject({ name: 'TestingError', code: 'ERR_INVALID_ARGUMENT' });
      expect(error.message).toMatch(/^interleave\(\)/);
    }
    expect(await rejectionOf(Reflect.apply(interleave, undefined, []))).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});
