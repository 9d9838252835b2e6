/** The page that doctor asks for: the kit and guard() answer it alike, with the head of a private page. */
import type { RequestListener } from 'node:http';
import express from 'express';
import { guard } from '../../../lib/guard.js';
import type { GuardOptions } from '../../../lib/guard-options.js';
import type { SwapproofOptions } from '../../../lib/options.js';
import { credentialHash, isNonceFor, noncesInTags, readProbePage } from '../../../lib/probe/probe-page.js';
import { makeKit } from '../../helpers/kit-app.js';
import { type Exchange, rawExchange, requestBytes } from '../../helpers/raw-exchange.js';
import { silentStderr } from '../../helpers/silent-stderr.js';
import { type App, FRAMEWORKS, type Middleware } from '../../helpers/ways-to-the-wire.js';

const PATH = '/.well-known/swapproof-probe/x';
const ADA = 'swapproof-probe-ada0000000000000';
const BOB = 'swapproof-probe-bob0000000000000';
const cookie = (value: string) => `Cookie: connect.sid=${value}`;

type Options = Partial<SwapproofOptions & GuardOptions>;

interface Front {
  readonly middleware: Middleware;
  readonly codes: string[];
  close(): unknown;
}

const FRONTS: Readonly<Record<string, (options?: Options) => Front>> = {
  'the kit': (options) => {
    const codes: string[] = [];
    const sessions = makeKit({ ...options, log: ({ code }) => codes.push(code) });
    return { middleware: sessions, codes, close: () => sessions.close() };
  },
  'guard()': (options) => {
    const codes: string[] = [];
    const front = guard({ ...options, log: ({ code }) => codes.push(code) });
    return { middleware: front, codes, close: () => front.close() };
  },
};

const APP_ANSWER = 'the page of the app';
const SENDS: Middleware = (_req, res) => void res.end(APP_ANSWER);

interface Asked {
  readonly method?: string;
  readonly options?: Options;
  readonly app?: App;
}

const closing: Front[] = [];
afterEach(() => Promise.all(closing.splice(0).map((front) => front.close())));

function appBehind(front: Front, app: App = express() as unknown as App): RequestListener {
  closing.push(front);
  app.use(front.middleware);
  app.use(SENDS);
  return app;
}

const PLACES = Object.keys(FRONTS).flatMap((front) => Object.keys(FRAMEWORKS).map((name) => [front, name] as const));

describe.each(PLACES)('%s on %s', (frontName, framework) => {
  const ask = (target: string, headers: readonly string[] = [], { method = 'GET', options }: Asked = {}) => {
    const front = FRONTS[frontName]?.(options) as Front;
    const listener = appBehind(front, FRAMEWORKS[framework]?.());
    return rawExchange(listener, requestBytes(method, target, headers)).then((exchange) => ({ ...exchange, front }));
  };

  it('answers a nonce that is never repeated and the hash of the made-up credential', async () => {
    const [first, second] = [await ask(PATH, [cookie(ADA)]), await ask(PATH, [cookie(ADA)])];
    const pages = [readProbePage(first.body), readProbePage(second.body)];
    expect(pages.map((page) => page?.credentials)).toEqual([[credentialHash(ADA)], [credentialHash(ADA)]]);
    expect(pages[0]?.nonce).not.toBe(pages[1]?.nonce);
    expect(pages[0]?.nonce).toMatch(/^[\w-]{27}$/);
  });

  it('has the head of a private page, sets no cookie and tells no event', async () => {
    const { status, all, front } = await ask(PATH, [cookie(ADA), `Authorization: Bearer ${BOB}`]);
    expect([status, all('cache-control'), all('vary'), all('set-cookie')]).toEqual([
      200,
      ['private, no-store'],
      ['Cookie, Authorization'],
      [],
    ]);
    expect(all('content-type')).toEqual(['application/json; charset=utf-8']);
    expect(all('etag').join()).toMatch(/^W\/"[0-9a-f]+-[\w-]{27}"$/);
    expect(front.codes).toEqual([]);
  });

  it.each(['/x.css', '/%2e%2e%2fx', ';x.css', '%3bx.css', '%00.css'])('is the same under %s', async (suffix) => {
    const { status, all, front } = await ask(`${PATH}${suffix}`, [cookie(ADA), cookie(BOB)]);
    expect([status, all('cache-control'), front.codes]).toEqual([200, ['private, no-store'], []]);
  });

  it('is not refused where misread URLs and prefetches are', async () => {
    const options: Options = { deception: 'refuse', speculation: 'refuse' };
    const { status } = await ask(`${PATH}.css`, [cookie(ADA), 'Sec-Purpose: prefetch'], { options });
    expect(status).toBe(200);
  });

  it('names the cookies and headers where sessions are looked for', async () => {
    const options: Options = { headers: ['X-Key'], ...(frontName === 'guard()' && { cookies: ['sid'] }) };
    const { names } = readProbePage((await ask(PATH, [], { options })).body) ?? {};
    expect(names?.cookies).toEqual([frontName === 'guard()' ? 'sid' : '__Host-session']);
    expect(names?.headers).toEqual(['authorization', 'x-session-token', 'x-key']);
  });

  it('is left to the app where it is switched off', async () => {
    expect((await ask(PATH, [], { options: { probe: false } })).body).toContain(APP_ANSWER);
  });
});

describe('what the page tells', () => {
  const ask = (target: string, headers: readonly string[] = [], { method = 'GET', options }: Asked = {}) =>
    rawExchange(appBehind(FRONTS['guard()']?.(options) as Front), requestBytes(method, target, headers));
  const credentialsOf = async (...headers: string[]) => readProbePage((await ask(PATH, headers)).body)?.credentials;

  it('names made-up credentials in any header, in the order sent', async () => {
    expect(await credentialsOf(`X-Key: Token ${BOB}`, `Cookie: a=${ADA}; b=${BOB}`)).toEqual(
      [BOB, ADA, BOB].map(credentialHash),
    );
  });

  it('never names a real one', async () => {
    const exchange = await ask(PATH, ['Cookie: connect.sid=s%3Areal.secret', 'Authorization: Basic YWRhOmFkYQ==']);
    expect(readProbePage(exchange.body)?.credentials).toEqual([]);
    const [nonce = ''] = noncesInTags(exchange.all('etag').join());
    expect(isNonceFor(nonce, [])).toBe(true);
  });

  it.each([
    ['too short', 'swapproof-probe-short'],
    ['in capitals', 'swapproof-probe-ADA0000000000000'],
    ['too long', `swapproof-probe-${'a'.repeat(65)}`],
  ])('takes none that is %s', async (_what, value) => {
    expect(await credentialsOf(cookie(value))).toEqual([]);
  });

  it('reads a few of many', async () => {
    const many = Array.from({ length: 40 }, (_none, index) => cookie(`${ADA}${index}`));
    expect(await credentialsOf(...many)).toHaveLength(8);
  });

  it('says it in HTML where HTML is asked for', async () => {
    const { body, all } = await ask(PATH, ['Accept: text/html,*/*', cookie(ADA)]);
    expect(all('content-type')).toEqual(['text/html; charset=utf-8']);
    expect(body).toMatch(/^<!doctype html>/);
    expect(readProbePage(body)?.credentials).toEqual([credentialHash(ADA)]);
  });

  it('tells by the ETag alone for whom it was made', async () => {
    const { raw, all } = await ask(PATH, [cookie(ADA)], { method: 'HEAD' });
    const [nonce = ''] = noncesInTags(all('etag').join());
    expect(raw).toMatch(/\r\n\r\n$/);
    expect(Number(all('content-length')[0])).toBeGreaterThan(100);
    expect([isNonceFor(nonce, [ADA]), isNonceFor(nonce, [BOB]), isNonceFor(nonce, [])]).toEqual([true, false, false]);
  });

  it('answers POST, whatever its body', async () => {
    const { body, status } = await ask(PATH, ['Content-Length: 3', cookie(ADA)], { method: 'POST' });
    expect([status, readProbePage(body)?.method]).toEqual([200, 'POST']);
  });

  it('refuses other methods', async () => {
    const { status, all } = await ask(PATH, [], { method: 'DELETE' });
    expect([status, all('allow')]).toEqual([405, ['GET, HEAD, POST']]);
  });

  it('reads no page in anything else', () => {
    const others = [
      '',
      '{}',
      '{"probe":"swapproof","nonce":"x","method":"GET","credentials":[1],"cookies":[],"headers":[]}',
      '<html></html>',
      '{"probe":"swapproof"}',
      '{"probe":"swapproof",}',
    ];
    expect(others.map(readProbePage)).toEqual(others.map(() => null));
  });
});

describe('conditions and parts', () => {
  const listener = () => appBehind(FRONTS['guard()']?.() as Front);
  const ask = (...headers: string[]): Promise<Exchange> => rawExchange(listener(), requestBytes('GET', PATH, headers));

  it('is 304 to the one it was made for, and to nobody else', async () => {
    const tag = (await ask(cookie(ADA))).all('etag')[0];
    const own = await ask(cookie(ADA), `If-None-Match: "other", ${tag}`);
    expect([own.status, own.all('etag'), own.all('content-type')]).toEqual([304, [tag], []]);
    expect(own.raw).toMatch(/\r\n\r\n$/);
    expect(own.all('cache-control')).toEqual(['private, no-store']);
    expect((await ask(cookie(BOB), `If-None-Match: ${tag}`)).status).toBe(200);
    expect((await ask(cookie(ADA), `If-None-Match: ${tag}`, 'Cache-Control: no-cache')).status).toBe(200);
  });

  it('sends a part with a strong ETag that stays', async () => {
    const parts = [await ask('Range: bytes=0-9', cookie(ADA)), await ask('Range: bytes=0-9', cookie(BOB))];
    expect(parts.map(({ status, body }) => [status, body])).toEqual([
      [206, '{"probe":"'],
      [206, '{"probe":"'],
    ]);
    const [tag, other] = parts.map(({ all }) => all('etag').join());
    expect(tag).toMatch(/^"[0-9a-f]+-probe"$/);
    expect(tag).toBe(other);
    expect(parts[0]?.all('content-range').join()).toMatch(/^bytes 0-9\/\d+$/);
  });

  it.each([
    ['bytes=-3', 206, '"]}'],
    ['bytes=1-', 206, '"probe"'],
    ['bytes=0-99999', 206, '{"probe"'],
    ['bytes=9-1', 200, '{"probe"'],
    ['bytes=99999-', 200, '{"probe"'],
    ['bytes=-0', 200, '{"probe"'],
    ['bytes=0-1,3-4', 200, '{"probe"'],
    ['lines=1', 200, '{"probe"'],
  ])('answers %s with %d', async (range, status, part) => {
    const answer = await ask(`Range: ${range}`);
    expect([answer.status, answer.body.includes(part)]).toEqual([status, true]);
  });
});

describe('slow answers', () => {
  // Jest's fake timers would stop the sockets' own.
  let waits: { readonly ms: number; readonly end: () => void }[] = [];
  beforeEach(() => {
    waits = [];
    const real = setTimeout;
    jest.spyOn(global, 'setTimeout').mockImplementation(((end: () => void, ms: number) => {
      if (!new Error().stack?.includes('answer-probe')) return real(end, ms);
      waits.push({ ms, end });
      return real(() => {}, 0);
    }) as typeof setTimeout);
  });
  afterEach(() => jest.restoreAllMocks());

  it('are bounded in time and in number, and end with the client', async () => {
    const front = FRONTS['guard()']?.() as Front;
    const { responses, listener } = captured(appBehind(front));
    const slow = Array.from({ length: 40 }, () =>
      rawExchange(listener, requestBytes('GET', `${PATH}?wait=99999`, [cookie(ADA)])),
    );
    await Promise.all(slow.slice(32));
    await until(() => responses.length === 40);
    expect(waits.map(({ ms }) => ms)).toEqual(Array(32).fill(1_000));
    for (const { end } of waits.splice(0)) end();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(40).fill(200));
    const again = rawExchange(listener, requestBytes('GET', `${PATH}?x=1&wait=300`));
    await until(() => waits.length === 1);
    expect(waits[0]?.ms).toBe(300);
    waits[0]?.end();
    expect((await again).status).toBe(200);
  });

  it('leave an answer alone that was given meanwhile', async () => {
    const { responses, listener } = captured(appBehind(FRONTS['guard()']?.() as Front));
    const answer = rawExchange(listener, requestBytes('GET', `${PATH}?wait=5`));
    await until(() => waits.length === 1);
    responses[0]?.writeHead(504).end();
    expect(() => waits[0]?.end()).not.toThrow();
    expect((await answer).status).toBe(504);
  });
});

function captured(app: RequestListener) {
  const responses: Parameters<RequestListener>[1][] = [];
  const listener: RequestListener = (req, res) => {
    responses.push(res);
    app(req, res);
  };
  return { responses, listener };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}

it('answers in a rehearsal as an app without a guard would, and is no part of its report', async () => {
  const { value: front } = silentStderr(() => {
    const rehearsing = guard({ insecureReportOnly: true, log: false });
    return { value: rehearsing };
  });
  const app = express();
  app.use(front);
  const answer = await rawExchange(app, requestBytes('GET', PATH, [cookie(ADA)]));
  expect([answer.status, answer.all('cache-control'), front.report().changes]).toEqual([200, [], []]);
  front.close();
});
