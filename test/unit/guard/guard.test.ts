import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import connect from 'connect';
import cookieParser from 'cookie-parser';
import type { SwapproofEvent } from '../../../lib/events.js';
import { type Guard, guard } from '../../../lib/guard.js';
import type { GuardOptions } from '../../../lib/guard-options.js';
import type { RequestContext } from '../../../lib/request/context.js';
import { contextOfRequest, getContext } from '../../../lib/request/context-storage.js';
import { markPublic } from '../../../lib/response/sharing.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

function watched(options: GuardOptions = {}) {
  const events: SwapproofEvent[] = [];
  const front = guard({ log: (event) => events.push(event), ...options });
  return { front, events, codes: () => events.map(({ code }) => code) };
}

/** One request through a guard in front of a handler. */
async function ask(options: GuardOptions, headers: string[], handle: Handler, { method = 'GET', target = '/' } = {}) {
  const { front, events, codes } = watched(options);
  const app = connect();
  app.use(cookieParser() as unknown as Handler);
  app.use(front);
  app.use(handle);
  return { ...(await rawExchange(app, requestBytes(method, target, headers))), events, codes };
}

const marked: Handler = (_, res) => void res.setHeader('Cache-Control', 'public, max-age=60').end('x');

describe('who counts as authenticated', () => {
  it.each<[string, GuardOptions, string[], string]>([
    ['any cookie, unconfigured', {}, ['Cookie: cart=1'], 'private, no-store'],
    ['harmless cookies alone', {}, ['Cookie: _ga=1; theme=dark'], 'public, max-age=60'],
    ['a configured cookie', { cookies: ['sid'] }, ['Cookie: sid=1'], 'private, no-store'],
    ['a cookie that is not in the list', { cookies: ['sid'] }, ['Cookie: cart=1'], 'public, max-age=60'],
    ['Authorization', { cookies: ['sid'] }, ['Authorization: Bearer t'], 'private, no-store'],
    ['X-Session-Token', { cookies: ['sid'] }, ['x-session-token: t'], 'private, no-store'],
    ['a configured header', { headers: ['X-Api-Key'] }, ['x-api-key: t'], 'private, no-store'],
    ['nobody', {}, [], 'public, max-age=60'],
    ['a cookie __proto__', {}, ['Cookie: __proto__=1'], 'private, no-store'],
  ])('%s', async (_, options, headers, control) => {
    expect((await ask(options, headers, marked)).all('cache-control')).toEqual([control]);
  });

  it('judges by the method on the wire, whatever a method-override header says', async () => {
    const set: Handler = (_, res) => void res.setHeader('Set-Cookie', 'a=1').setHeader('Cache-Control', 'public').end();
    const { all } = await ask({}, ['X-HTTP-Method-Override: POST'], set);
    expect([all('cache-control'), all('set-cookie')]).toEqual([['public'], []]);
    const posted = await ask({}, ['X-HTTP-Method-Override: GET', 'Content-Length: 0'], set, { method: 'POST' });
    expect([posted.all('cache-control'), posted.all('set-cookie')]).toEqual([['private, no-store'], ['a=1']]);
  });
});

describe('public routes', () => {
  it('may be shared though a cookie came, and lose the cookies they set', async () => {
    const set: Handler = (_, res) => void res.setHeader('Set-Cookie', 'a=1').setHeader('Cache-Control', 'public').end();
    const { all, codes } = await ask({ public: ['/static'] }, ['Cookie: sid=1'], set, { target: '/static/x' });
    expect([all('cache-control'), all('set-cookie')]).toEqual([['public'], []]);
    expect(codes()).toEqual(['cookie.stripped']);
  });

  it.each(['/static/..%2faccount', '/static;x', '/static/../account', '/staticx'])('are not %s', async (target) => {
    expect((await ask({ public: ['/static'] }, ['Cookie: sid=1'], marked, { target })).all('cache-control')).toEqual([
      'private, no-store',
    ]);
  });

  it('are not made by markPublic(res) under an ambiguous URL', async () => {
    const declare: Handler = (req, res) => {
      markPublic(res);
      marked(req, res, () => {});
    };
    expect((await ask({}, ['Cookie: sid=1'], declare, { target: '/a;b' })).all('cache-control')).toEqual([
      'private, no-store',
    ]);
    expect((await ask({}, ['Cookie: sid=1'], declare, { target: '/a' })).all('cache-control')).toEqual([
      'public, max-age=60',
    ]);
  });

  it('need markPublic(res) where Authorization came', async () => {
    expect((await ask({ public: ['/'] }, ['Authorization: Bearer t'], marked)).all('cache-control')).toEqual([
      'private, no-store',
    ]);
  });

  it('keep the expiry of a session cookie, packed', async () => {
    const expire: Handler = (_, res) =>
      void res.setHeader('Set-Cookie', 'sid=; Max-Age=0').setHeader('Cache-Control', 'public').end();
    for (const options of [{ cookies: ['sid'] }, {}]) {
      const { all } = await ask({ ...options, public: ['/'] }, [], expire);
      expect([all('cache-control'), all('set-cookie')]).toEqual([['private, no-store'], ['sid=; Max-Age=0']]);
    }
  });
});

describe('two values of one cookie', () => {
  const echo: Handler = (req, res) => {
    const { cookies } = req as unknown as { cookies: object };
    res.setHeader('Cache-Control', 'public');
    res.setHeader('Set-Cookie', ['sid=fresh', 'sid=; Max-Age=0', 'other=1', 'cart=2']);
    res.end(JSON.stringify([req.headers.cookie ?? null, req.headersDistinct.cookie ?? null, Object.keys(cookies)]));
  };
  const CONTRADICTED = ['Cookie: sid=1; cart=c; other=o', 'Cookie: sid=2'];

  it('take every configured cookie out of the request, and nothing else; no session cookie is set', async () => {
    const { body, all, events } = await ask({ cookies: ['sid', 'other'], public: ['/'] }, CONTRADICTED, echo);
    expect(body).toContain(JSON.stringify(['cart=c', ['cart=c'], ['cart']]));
    expect(all('cache-control')).toEqual(['private, no-store']);
    expect(all('set-cookie')).toEqual(['cart=2']);
    expect(events.map(({ code, severity }) => [code, severity])).toEqual([
      ['cookie.duplicate', 'warn'],
      ['cookie.foreign', 'info'],
      ['cookie.foreign', 'info'],
      ['cache.downgraded', 'warn'],
    ]);
  });

  it('take only themselves out where no cookies are configured', async () => {
    const { body, all, codes } = await ask({}, CONTRADICTED, echo);
    expect(body).toContain(JSON.stringify(['cart=c; other=o', ['cart=c; other=o'], ['cart', 'other']]));
    expect(all('cache-control')).toEqual(['private, no-store']);
    expect(all('set-cookie')).toEqual(['other=1', 'cart=2']);
    expect(codes()).toContain('cookie.duplicate');
  });

  it('are one where they are the same, with an event', async () => {
    const { body, events } = await ask({ cookies: ['sid'] }, ['Cookie: sid=1; sid=1'], echo);
    expect(body).toContain('sid=1; sid=1');
    expect(events[0]).toMatchObject({
      code: 'cookie.duplicate',
      severity: 'info',
      detail: { cookie: 'sid', differ: false },
    });
  });

  it('are nothing where the cookie is harmless', async () => {
    expect((await ask({}, ['Cookie: theme=1; theme=2'], marked)).all('cache-control')).toEqual(['public, max-age=60']);
  });

  it('are one event however many names came', async () => {
    const line = Array.from({ length: 400 }, (_, i) => `c${i}=1; c${i}=2`).join(';');
    const { events } = await ask({}, [`Cookie: ${line}`], marked);
    expect(events.filter(({ code }) => code === 'cookie.duplicate')).toMatchObject([
      { detail: { cookie: 'c0, c1, c2 and 397 more' } },
    ]);
  });
});

describe('look-alike names', () => {
  it('are reported and left alone', async () => {
    const { events, all } = await ask({ cookies: ['__Host-sid'] }, ['Cookie: __HOST-sid=1'], marked);
    expect(events).toMatchObject([{ code: 'cookie.lookalike', detail: { count: 1 } }]);
    expect(all('cache-control')).toEqual(['public, max-age=60']);
  });
});

describe('the context', () => {
  /** What one request's context is while its handler runs, and after. */
  function handled(front: Guard) {
    const req = fakeRequest();
    const wire = fakeResponse(req);
    let context: RequestContext | undefined;
    front(req, wire.res, () => {
      context = contextOfRequest(req);
      expect(getContext().requestId).toBe(context?.requestId);
    });
    if (!context) throw new Error('next() was not called');
    return { ...wire, req, context };
  }
  const tick = () => new Promise((resolve) => process.nextTick(resolve));

  it('is open while listeners of finish read it, and closed in the tick after', async () => {
    const { res, context } = handled(watched().front);
    const read = once(res, 'finish').then(() => {});
    let route = '';
    res.on('finish', () => {
      route = context.req.url ?? '';
    });
    res.end();
    await read;
    expect(route).toBe('/');
    await tick();
    expect(context.closed).toBe(true);
  });

  it('closes where the client leaves', async () => {
    const { res, context } = handled(watched().front);
    expect(context.closed).toBe(false);
    res.emit('close');
    await tick();
    expect(context.closed).toBe(true);
  });

  it('closes where the client had left before', async () => {
    const { front } = watched();
    const req = fakeRequest();
    const { res } = fakeResponse(req);
    res.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    front(req, res, () => {});
    await tick();
    expect(contextOfRequest(req)?.closed).toBe(true);
  });

  it('closes after a handler that threw', async () => {
    let context: RequestContext | undefined;
    await ask({}, [], (req) => {
      context = contextOfRequest(req);
      throw new Error('x');
    });
    expect(context?.closed).toBe(true);
  });

  it('closes after a timeout', async () => {
    let context: RequestContext | undefined;
    await ask({}, [], (req, res) => {
      context = contextOfRequest(req);
      res.socket?.destroy();
    });
    expect(context?.closed).toBe(true);
  });

  it('is one for a guard that is mounted twice, with one event a guard', () => {
    const { front, codes } = watched();
    for (let i = 0; i < 2; i++) {
      const { req, res, context } = handled(front);
      const next = jest.fn();
      front(req, res, next);
      expect(next).toHaveBeenCalledWith();
      expect(contextOfRequest(req)).toBe(context);
    }
    expect(codes()).toEqual(['mounted.twice']);
  });

  it('of another guard is refused', () => {
    const { req, res } = handled(watched().front);
    const next = jest.fn();
    watched().front(req, res, next);
    expect(next).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_CONTEXT_EXISTS' }));
  });

  it('of an answered request is refused, as is a response met before', async () => {
    const { front } = watched();
    const { req, res, context } = handled(front);
    const next = jest.fn();
    front(fakeRequest(), res, next);
    front(req, fakeResponse().res, next);
    context.close();
    front(req, res, next);
    for (const [error] of next.mock.calls) expect(error).toMatchObject({ code: 'ERR_CONTEXT_EXISTS' });
    expect(next).toHaveBeenCalledTimes(3);
  });
});

describe('the patch of writeHead', () => {
  it('is there as soon as a guard is made, before any request', () => {
    const installHeadHook = jest.fn();
    jest.isolateModules(() => {
      jest.doMock('../../../lib/response/head-hook.js', () => ({ installHeadHook }));
      const fresh: typeof import('../../../lib/guard.js') = require('../../../lib/guard.js');
      fresh.guard({ log: false });
    });
    jest.dontMock('../../../lib/response/head-hook.js');
    expect(installHeadHook).toHaveBeenCalledTimes(1);
  });
});

describe('options', () => {
  it.each<[unknown, RegExp]>([
    [{ cookie: ['sid'] }, /guard has no option "cookie"\. It has: cookies, headers, public, .*, log\./],
    [null, /options/],
    [{ cookies: 'sid' }, /cookies takes a list of names/],
    [{ cookies: [] }, /cookies is empty/],
    [{ cookies: ['a b'] }, /cookies takes a list/],
    [{ cookies: [1] }, /cookies takes a list/],
    [{ headers: ['a:b'] }, /headers takes a list/],
    [{ public: ['static'] }, /public has the prefix "static"/],
    [{ log: true }, /log takes false/],
  ])('%j is refused', (options, message) => {
    expect(() => guard(options as GuardOptions)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'ERR_INVALID_OPTION',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('are copied', async () => {
    const cookies = ['sid'];
    const { front } = watched({ cookies });
    cookies.pop();
    const app = connect();
    app.use(front);
    app.use(marked);
    expect((await rawExchange(app, requestBytes('GET', '/', ['Cookie: sid=1']))).all('cache-control')).toEqual([
      'private, no-store',
    ]);
  });
});

describe('on', () => {
  it('adds a listener, and answers how to take it off', async () => {
    const { front } = watched();
    const heard: string[] = [];
    const off = front.on('cache.violation', ({ code }) => heard.push(code));
    const app = connect();
    app.use(front);
    app.use(marked);
    await rawExchange(app, requestBytes('GET', '/', ['Cookie: sid=1']));
    off();
    await rawExchange(app, requestBytes('GET', '/', ['Cookie: sid=1']));
    expect(heard).toEqual(['cache.violation']);
    expect(front).not.toBeInstanceOf(EventEmitter);
  });
});

describe('a request of any bytes', () => {
  it.each([
    ['12 KB of one cookie, near the limit of Node', `Cookie: sid=${'x'.repeat(12_000)}`, '200'],
    ['1,000 cookies', `Cookie: ${Array.from({ length: 1_000 }, (_, i) => `c${i}=1`).join(';')}`, '200'],
    ['invalid escapes', 'Cookie: sid=%zz%; %E0%A4%A=1', '200'],
    ['raw UTF-8', 'Cookie: sid=\xc3\xa9; \xe2\x80\x80sid=1', '200'],
    ['NUL', 'Cookie: sid=\x00', '400'],
    ['a lone CR', 'Cookie: sid=1\rX: 2', '400'],
  ])('%s', async (_, header, status) => {
    const { raw } = await ask({ cookies: ['sid'] }, [header], marked);
    expect(raw.slice(9, 12)).toBe(status);
  });
});
