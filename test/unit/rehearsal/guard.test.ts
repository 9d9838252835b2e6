/** guard({ insecureReportOnly: true }): not a byte differs, and what it reports is what enforcing does. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import connect from 'connect';
import cookieParser from 'cookie-parser';
import { guard } from '../../../lib/guard.js';
import type { GuardOptions } from '../../../lib/guard-options.js';
import { contextOfResponse } from '../../../lib/request/context-storage.js';
import { markPrivate, markPublic } from '../../../lib/response/sharing.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';
import { silentStderr } from '../../helpers/silent-stderr.js';
import { type ThreeWays, threeWays, toldAndTrue, undated } from '../../helpers/three-ways.js';
import { FRAMEWORKS, type Middleware, waysOf } from '../../helpers/ways-to-the-wire.js';

const SHARED = 'public, max-age=60';
const [SID, BEARER, TWO] = ['Cookie: sid=1', 'Authorization: Bearer t', 'Cookie: sid=1; sid=2'];
const head = (fields: Record<string, string | string[]>): Middleware => {
  return (_req, res) => void res.writeHead(200, fields).end('x');
};
const marked = head({
  'Cache-Control': SHARED,
  Expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  'CDN-Cache-Control': 'public',
});
const setting = head({ 'Cache-Control': SHARED, 'Set-Cookie': ['a=1', 'b=2; Path=/'] });
const silent = head({ 'Set-Cookie': 'a=1' });
/** Before each of these only a guard makes a difference: without one there is no context to declare anything on. */
const declaring = (declare: (res: ServerResponse) => void, then: Middleware): Middleware => {
  return (req, res, next) => {
    if (contextOfResponse(res)) declare(res);
    then(req, res, next);
  };
};

interface Row {
  readonly options?: GuardOptions;
  readonly headers?: string[];
  readonly method?: string;
  readonly target?: string;
  readonly handle: Middleware;
  readonly codes: readonly string[];
}

const CACHE = 'would.cache.change';
const DROP = 'would.cookie.drop';
const PUBLIC = { cookies: ['sid'], public: ['/'] };
const expire = head({ 'Cache-Control': SHARED, 'Set-Cookie': 'sid=; Max-Age=0' });

/** Rows of docs/guard.md that change something under guard(); 2 and 3 need the kit, 7 is the kit's alone. */
const ROWS: Readonly<Record<string, Row>> = {
  '0, declared': { handle: declaring(markPrivate, marked), codes: [CACHE] },
  '0, two values': {
    headers: [TWO],
    options: { cookies: ['sid'] },
    handle: head({ 'Set-Cookie': ['sid=3', 'other=1'] }),
    codes: ['would.anonymise', CACHE, DROP],
  },
  '0, two values, unconfigured': { headers: [TWO], handle: marked, codes: ['would.anonymise', CACHE] },
  '0b, static': { headers: [SID], target: '/account/x.css', handle: marked, codes: [CACHE] },
  '0b, ambiguous, of nobody': { target: '/a;b', handle: marked, codes: [CACHE] },
  '0b, anonymous': {
    options: { deception: 'anonymous', headers: ['X-Api-Key'] },
    headers: [SID, 'X-Api-Key: k'],
    target: '/account/x.css',
    handle: head({ 'Set-Cookie': ['sid=3', 'other=1'] }),
    codes: ['would.anonymise', CACHE, DROP],
  },
  4: { headers: [SID], handle: marked, codes: [CACHE] },
  '4, 304': {
    headers: [SID],
    handle: (_req, res) => void res.writeHead(304, { ETag: '"x"', 'Cache-Control': SHARED }).end(),
    codes: [CACHE],
  },
  5: { headers: [SID], handle: head({}), codes: [CACHE] },
  '5, a header': { headers: ['X-Session-Token: t'], handle: head({ Vary: 'Accept' }), codes: [CACHE] },
  6: { handle: setting, codes: [DROP] },
  '6b': { handle: silent, codes: [CACHE] },
  '6b, POST': { method: 'POST', handle: setting, codes: [CACHE] },
  9: { options: PUBLIC, headers: [SID], handle: expire, codes: [CACHE] },
  10: { options: PUBLIC, method: 'POST', handle: setting, codes: [CACHE] },
  11: { options: PUBLIC, headers: [SID], handle: setting, codes: [DROP] },
  12: { options: PUBLIC, headers: [BEARER], handle: marked, codes: [CACHE] },
};

/** Rows that leave everything as it is. */
const LEFT: Readonly<Record<string, Row>> = {
  '1, OPTIONS': { method: 'OPTIONS', headers: [SID], handle: marked, codes: [] },
  5: { headers: [SID], handle: head({ 'Cache-Control': 'private, no-store', Vary: 'Cookie' }), codes: [] },
  7: { handle: head({}), codes: [] },
  8: { handle: marked, codes: [] },
  '12, declared by the route': { headers: [BEARER], handle: declaring(markPublic, marked), codes: [] },
  13: { options: PUBLIC, headers: [SID], handle: marked, codes: [] },
  '13, a static URL of nobody': { options: { deception: 'anonymous' }, target: '/x.css', handle: marked, codes: [] },
};

function run({ options = {}, headers = [], method = 'GET', target = '/', handle }: Row): Promise<ThreeWays> {
  return threeWays(
    options,
    (first) => {
      const app = connect();
      app.use(cookieParser() as unknown as Middleware);
      app.use(first);
      app.use(handle);
      return app;
    },
    async (app) => (await rawExchange(app, requestBytes(method, target, headers))).raw,
  );
}

describe('a rehearsal of each row', () => {
  it.each(Object.entries({ ...ROWS, ...LEFT }))('changes not a byte: row %s', async (_, row) => {
    const { bare, rehearsed } = await run(row);
    expect(rehearsed).toBe(bare);
  });

  it.each(Object.entries({ ...ROWS, ...LEFT }))('tells exactly what enforcing changes: row %s', async (name, row) => {
    const answers = await run(row);
    const { told, true: truth } = toldAndTrue(answers);
    expect(told).toEqual(truth);
    expect(answers.events.map(({ code }) => code).sort()).toEqual([...row.codes].sort());
    const rules = answers.events.map(({ detail }) => detail.rule);
    const expected = [`row ${name.split(',', 1)[0]}`, 'two values', 'misread url'];
    expect(rules.filter((rule) => !expected.includes(String(rule)))).toEqual([]);
    expect(answers.enforced === answers.bare).toBe(row.codes.length === 0);
  });

  it('names route, row, both sides and why, and no value of a cookie', async () => {
    const { events } = await run({ ...(ROWS['6'] as Row), target: '/account?x=secret' });
    expect(events).toEqual([
      expect.objectContaining({
        code: DROP,
        severity: 'warn',
        route: 'GET /account',
        message: expect.stringMatching(/^GET \/account: Set-Cookie: a, b would become no Set-Cookie\. It says .*\.$/),
        detail: {
          rule: 'row 6',
          now: 'Set-Cookie: a, b',
          enforced: 'no Set-Cookie',
          why: expect.stringMatching(/^It says that caches may share it.*\.$/),
        },
      }),
    ]);
  });

  it('is as severe as what it stands for', async () => {
    const severities = async (row: Row) => (await run(row)).events.map(({ severity }) => severity);
    expect(await severities(ROWS['5'] as Row)).toEqual(['info']);
    expect(await severities(ROWS['12'] as Row)).toEqual(['warn']);
    expect(await severities(ROWS['11'] as Row)).toEqual(['info']);
  });
});

/** Node refuses trailers for HEAD; Node 20 refuses pairs over headers, and Express tells the length of a page with a stack. */
const ONLY_GET = ['with trailers', 'writeHead with pairs'];

describe.each(Object.entries(FRAMEWORKS))('every way to the wire on %s', (name, create) => {
  const before: Readonly<Record<string, Middleware[]>> = {
    alone: [],
    'behind compression': [compression({ threshold: 0 }) as unknown as Middleware],
  };

  it.each(Object.entries(before))(
    'leaves the same bytes %s',
    async (_, earlier) => {
      const different: string[] = [];
      for (const [way, handle] of Object.entries(waysOf(name))) {
        for (const method of ONLY_GET.includes(way) ? ['GET'] : ['GET', 'HEAD']) {
          const { bare, rehearsed, enforced, events } = await threeWays(
            {},
            (first) => {
              const app = create();
              for (const middleware of earlier) app.use(middleware);
              app.use(first);
              app.use(handle);
              return app;
            },
            async (app) => (await rawExchange(app, requestBytes(method, '/page.txt', [SID]))).raw,
          );
          if (rehearsed !== bare || enforced === bare || events.length === 0) different.push(`${method} ${way}`);
        }
      }
      expect(different).toEqual([]);
    },
    30_000,
  );
});

describe('a request in a rehearsal', () => {
  it('keeps two cookies of one name, wherever the app reads them', async () => {
    const echo = (req: IncomingMessage & { cookies?: unknown }, res: ServerResponse) =>
      void res.end(JSON.stringify([req.rawHeaders, req.headers.cookie, req.headersDistinct.cookie, req.cookies]));
    const { bare, rehearsed, enforced, events } = await run({ headers: [TWO], handle: echo, codes: [] });
    expect(rehearsed).toBe(bare);
    expect(enforced).not.toContain('sid=1');
    expect(events[0]).toMatchObject({ code: 'would.anonymise', detail: { rule: 'two values', now: 'asked with sid' } });
    expect(JSON.stringify(events)).not.toMatch(/sid=/);
  });

  it('is served where another guard has it already, which enforcing refuses', async () => {
    const other = guard({ log: false });
    const { events, bare, rehearsed, enforced } = await threeWays(
      {},
      (first) => connect().use(other).use(first).use(head({})),
      async (app) => (await rawExchange(app, requestBytes('GET', '/'))).raw,
    );
    expect([rehearsed, enforced.includes(' 500 ')]).toEqual([bare, true]);
    expect(events).toMatchObject([
      { code: 'would.refuse', route: 'GET /', detail: { rule: 'context', enforced: 'an error, ERR_CONTEXT_EXISTS' } },
    ]);
  });

  it.each<[string, GuardOptions, string[], string, string, string]>([
    ['misread url', { deception: 'refuse' }, [], '/a;b', ' 400 ', '400 Bad Request'],
    ['speculation', { speculation: 'refuse' }, [SID, 'Sec-Purpose: prefetch'], '/', ' 503 ', '503 Service Unavailable'],
  ])('is served where enforcing refuses it: %s', async (rule, options, headers, target, status, refusal) => {
    const handle = head({ 'Set-Cookie': 'a=1', 'Cache-Control': SHARED });
    const { bare, rehearsed, enforced, events } = await run({ options, headers, target, handle, codes: [] });
    expect(rehearsed).toBe(bare);
    expect(enforced).toContain(status);
    // Nothing is told of an answer that would not have been given.
    expect(events).toMatchObject([{ code: 'would.refuse', severity: 'warn', detail: { rule, enforced: refusal } }]);
  });

  it('keeps what a misread URL would take from it, and names it', async () => {
    const echo: Middleware = (req, res) => void res.end(JSON.stringify([req.rawHeaders, req.headers]));
    const options: GuardOptions = { deception: 'anonymous', headers: ['x-api-key'] };
    const headers = [SID, 'X-Api-Key: k', BEARER];
    const { bare, rehearsed, enforced, events } = await run({
      options,
      headers,
      target: '/x.css',
      handle: echo,
      codes: [],
    });
    expect(rehearsed).toBe(bare);
    expect(enforced).not.toMatch(/sid=1|"k"/);
    expect(events[0]?.detail).toMatchObject({ rule: 'misread url', now: 'asked with sid, x-api-key' });
  });

  it('is told once each rule, however often the head is judged', async () => {
    const { events } = await run({
      headers: [SID],
      codes: [],
      handle(_req, res) {
        res.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': 'hint=1' });
        res.writeEarlyHints({ link: '</b.css>; rel=preload', 'set-cookie': 'hint=1' });
        res.end('x');
      },
    });
    expect(events.map(({ code, detail }) => [code, detail.rule])).toEqual([
      [DROP, 'early hints'],
      [CACHE, 'row 5'],
    ]);
  });
});

describe('what no guard can judge', () => {
  it.each<[string, Middleware]>([
    [
      'early hints',
      (_, res) => res.writeEarlyHints({ link: '</a>; rel=preload', 'set-cookie': 'a=1' }, () => res.end()),
    ],
    ['informational response', (_, res) => void res.writeHead(103, { 'Set-Cookie': 'a=1' }).end()],
    [
      'trailers',
      (_, res) => {
        res.writeHead(200, { Trailer: 'X' });
        res.addTrailers({ 'Set-Cookie': 'a=1' });
        res.end('x');
      },
    ],
  ])('leaves in a rehearsal, and is told: %s', async (rule, handle) => {
    const { bare, rehearsed, enforced, events } = await run({ handle, codes: [] });
    expect(rehearsed).toBe(bare);
    expect(bare).toContain('a=1');
    expect(enforced).not.toContain('a=1');
    expect(events.map(({ code, detail }) => [code, detail.rule])).toContainEqual([DROP, rule]);
  });
});

describe('what Node refuses', () => {
  it.each<[string, Middleware]>([
    ['a status', (_, res) => void res.writeHead(99)],
    ['half a pair', (_, res) => void res.writeHead(200, ['A'] as never)],
    ['a value with a line break', (_, res) => void res.writeHead(200, { A: 'x\r\ny' })],
    ['a name', (_, res) => void res.writeHead(200, { 'a b': 'x' })],
    [
      'pairs over headers set before',
      (_, res) =>
        void res
          .setHeader('A', '1')
          .writeHead(200, [['B', '2']] as never)
          .end(),
    ],
  ])('it refuses in the same way: %s', async (_, handle) => {
    const caught: Middleware = (req, res, next) => {
      try {
        handle(req, res, next);
        if (!res.writableEnded) res.end('taken');
      } catch (error) {
        res.statusCode = 500;
        res.end(`${(error as { code?: string }).code} ${JSON.stringify(res.getHeaders())}`);
      }
    };
    const { bare, rehearsed } = await run({ headers: [SID], handle: caught, codes: [] });
    expect(rehearsed).toBe(bare);
  });

  it('harms no response whose methods the app replaced', async () => {
    const broken: Middleware = (_req, res) => {
      res.getHeaderNames = () => {
        throw new Error('replaced');
      };
      res.end('x');
    };
    const { front } = silentStderr(() => ({ front: guard({ insecureReportOnly: true, log: false }) }));
    const answers = [connect().use(broken), connect().use(front).use(broken)].map(
      async (app) => (await rawExchange(app, requestBytes('GET', '/', [SID]))).raw,
    );
    const [bare, rehearsed] = (await Promise.all(answers)).map(undated);
    expect(rehearsed).toBe(bare);
    front.close();
  });
});

it('harms no response whose request the app took away', async () => {
  const { front } = silentStderr(() => ({ front: guard({ insecureReportOnly: true, log: false }) }));
  const cut: Middleware = (_req, res) => {
    Reflect.deleteProperty(res, 'req');
    res.end('x');
  };
  const { raw } = await rawExchange(connect().use(front).use(cut), requestBytes('GET', '/', [SID]));
  expect(raw).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(front.report().changes).toHaveLength(1);
  front.close();
});

describe('the start of a rehearsal', () => {
  const ONCE = /^swapproof WARN rehearsal\.started insecureReportOnly is on: nothing is enforced.*\n$/;

  it.each<[string, GuardOptions['log']]>([
    ['without a log', undefined],
    ['with a log function', () => {}],
    ['with log: false', false],
  ])('says once on stderr that nothing is enforced, %s', (_, log) => {
    const options = { insecureReportOnly: true, ...(log !== undefined && { log }) };
    const { printed, front } = silentStderr(() => ({ front: guard(options) }));
    expect(printed).toMatch(ONCE);
    front.close();
  });

  it('is an event, and says nothing of a guard that enforces', () => {
    const codes: string[] = [];
    const log = ({ code }: { code: string }) => codes.push(code);
    silentStderr(() => guard({ insecureReportOnly: true, log }));
    expect(codes).toEqual(['rehearsal.started']);
    expect(silentStderr(() => guard({ log })).printed).toBe('');
  });

  it.each(['yes', 1, null])('refuses insecureReportOnly: %j', (value) => {
    expect(() => guard({ insecureReportOnly: value as never })).toThrow(/insecureReportOnly takes true or false/);
  });
});

describe('guard.report()', () => {
  it('lists what would change, and nothing without a rehearsal', async () => {
    for (const insecureReportOnly of [true, false]) {
      const { front } = silentStderr(() => ({ front: guard({ insecureReportOnly, log: false }) }));
      const app = connect().use(front).use(marked);
      for (const target of ['/a', '/a', '/b']) await rawExchange(app, requestBytes('GET', target, [SID]));
      const { changes, counts, rehearsing, firstAt, lastAt } = front.report();
      expect(changes.map(({ route, rule, count }) => [route, rule, count])).toEqual(
        insecureReportOnly
          ? [
              ['GET /a', 'row 4', 2],
              ['GET /b', 'row 4', 1],
            ]
          : [],
      );
      expect([counts, rehearsing]).toEqual(insecureReportOnly ? [{ [CACHE]: 3 }, true] : [{}, false]);
      if (insecureReportOnly) expect(firstAt).toBeLessThanOrEqual(lastAt ?? 0);
      front.close();
    }
  });
});
