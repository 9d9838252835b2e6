import { type CacheGuardOptions, guardCache } from '../../../lib/response/cache-guard.js';
import { markPrivate, markPublic } from '../../../lib/response/sharing.js';
import { type Opened, opened } from '../../helpers/guarded.js';

const OPTIONS: CacheGuardOptions = {
  declaredPublic: false,
  mayBePublic: true,
  isIdentityCookie: () => false,
  revalidates: false,
};
const READER: { headers: [string, string][] } = { headers: [['Cookie', 'sid=1']] };

const reader = () => opened(READER);
const apply = ({ res, context }: Opened, options: Partial<CacheGuardOptions> = {}, status = 200) =>
  guardCache(res, status, context, { ...OPTIONS, ...options }).action;

function routeHandler({ context }: Opened): void {
  context.markRead(routeHandler);
}

describe('PACK', () => {
  it('sends exactly one Cache-Control, whatever lines were set', () => {
    const one = reader();
    one.res.setHeader('cache-control', ['public', 'max-age=60, must-understand']);
    expect(apply(one)).toBe('pack');
    one.res.end();
    expect(one.all('cache-control')).toEqual(['private, no-store']);
  });

  it('takes Expires away and denies in each targeted field that was there, and in no other', () => {
    const one = reader();
    one.res.setHeader('Expires', 'Thu, 01 Jan 2099 00:00:00 GMT');
    one.res.setHeader('CDN-Cache-Control', ['max-age=60', 'public']);
    one.res.setHeader('surrogate-control', 'max-age=60');
    one.res.setHeader('Edge-Control', '!no-store');
    one.res.setHeader('X-Accel-Expires', '60');
    one.res.setHeader('X-LiteSpeed-Cache-Control', 'public');
    one.res.setHeader('Some-New-Cache-Control', 'max-age=1');
    apply(one);
    expect(one.res.getHeaders()).toEqual({
      'cdn-cache-control': 'no-store',
      'surrogate-control': 'no-store',
      'edge-control': 'no-store',
      'x-accel-expires': '0',
      'x-litespeed-cache-control': 'no-cache',
      'some-new-cache-control': 'no-store',
      'cache-control': 'private, no-store',
      vary: 'Cookie',
    });
  });

  it.each([
    [undefined, 'Cookie'],
    ['Accept', 'Accept, Cookie'],
    ['accept, COOKIE', 'accept, COOKIE'],
    [['Accept', 'Cookie, Accept'], 'Accept, Cookie'],
    ['*', '*, Cookie'],
    ['', 'Cookie'],
  ])('adds to Vary %j', (vary, expected) => {
    const one = reader();
    if (vary !== undefined) one.res.setHeader('Vary', vary);
    apply(one);
    apply(one);
    expect(one.res.getHeader('vary')).toBe(expected);
  });

  it('adds the headers that were credentials to Vary', () => {
    const one = opened({
      headers: [
        ['authorization', 'Basic x'],
        ['x-session-token', 't'],
      ],
    });
    apply(one);
    expect(one.res.getHeader('vary')).toBe('Cookie, Authorization, X-Session-Token');
  });

  it('changes nothing more when it runs again', () => {
    const one = reader();
    one.res.setHeader('Cache-Control', 'public');
    one.res.setHeader('CDN-Cache-Control', 'public');
    apply(one);
    const once = { ...one.res.getHeaders() };
    apply(one);
    expect(one.res.getHeaders()).toEqual(once);
    expect(one.codes()).toEqual(['cache.violation']);
  });

  it('takes the validators of a 304 only where the stored 200 could be shared', () => {
    for (const [control, left] of [
      ['public, max-age=60', undefined],
      ['private', '"x"'],
      [undefined, '"x"'],
    ] as const) {
      const one = reader();
      if (control) one.res.setHeader('Cache-Control', control);
      one.res.setHeader('ETag', '"x"');
      one.res.setHeader('Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT');
      apply(one, {}, 304);
      expect(one.res.getHeader('etag')).toBe(left);
      expect(one.res.hasHeader('last-modified')).toBe(left !== undefined);
    }
  });

  it('keeps the validators of a 200', () => {
    const one = reader();
    one.res.setHeader('Cache-Control', 'public').setHeader('ETag', '"x"');
    apply(one);
    expect(one.res.getHeader('etag')).toBe('"x"');
  });
});

describe('events', () => {
  it('name the line that read the session', () => {
    const one = opened({ url: '/account' });
    routeHandler(one);
    one.res.setHeader('Cache-Control', 'public, max-age=60');
    expect(apply(one)).toBe('pack');
    expect(one.events).toMatchObject([
      {
        code: 'cache.violation',
        severity: 'warn',
        route: 'GET /account',
        detail: { row: '2', line: expect.stringMatching(/cache-guard\.test\.ts:\d+$/) },
      },
    ]);
    expect(one.events[0]?.message).toMatch(
      /^GET \/account was marked public after test\/unit\/response\/cache-guard\.test\.ts:\d+ read the session; sent private, no-store\.$/,
    );
  });

  it('are information where only a credential was there', () => {
    const one = reader();
    one.res.setHeader('Cache-Control', 'public');
    apply(one);
    expect(one.events).toMatchObject([{ code: 'cache.violation', severity: 'info', detail: { row: '4' } }]);
  });

  it('are none where nothing was marked', () => {
    const one = reader();
    apply(one);
    expect(one.events).toEqual([]);
  });
});

describe('X-Swapproof-Violation', () => {
  const before = process.env.NODE_ENV;
  afterEach(() => {
    process.env.NODE_ENV = before;
  });

  it.each([
    ['development', true],
    ['production', false],
    ['test', false],
  ])('is set in %s: %s', (environment, set) => {
    process.env.NODE_ENV = environment;
    const one = opened({ url: `/${'x'.repeat(60)}`, ...READER });
    one.res.setHeader('Cache-Control', 'public');
    apply(one);
    expect(one.res.hasHeader('x-swapproof-violation')).toBe(set);
  });
});

describe('cookies and nobody', () => {
  it('are stripped where the response is marked, and caching is left alone', () => {
    const one = opened();
    one.res.setHeader('Cache-Control', 'public, max-age=60').setHeader('Set-Cookie', ['a=1', 'b=2']);
    expect(apply(one)).toBe('strip');
    expect(one.res.getHeaders()).toEqual({ 'cache-control': 'public, max-age=60' });
    expect(one.codes()).toEqual(['cookie.stripped']);
    expect(one.events[0]?.message).not.toMatch(/a=1|b=2/);
  });

  it('stay where one of them must arrive', () => {
    const one = opened();
    one.res.setHeader('Cache-Control', 'public').setHeader('Set-Cookie', ['a=1', 'sid=; Max-Age=0']);
    expect(apply(one, { isIdentityCookie: (line) => line.startsWith('sid=') })).toBe('pack');
    expect(one.res.getHeader('set-cookie')).toHaveLength(2);
  });
});

describe('row 7', () => {
  it('is private, no-cache and Vary: Cookie for the kit', () => {
    const one = opened();
    expect(apply(one, { revalidates: true })).toBe('revalidate');
    expect(one.res.getHeaders()).toEqual({ 'cache-control': 'private, no-cache', vary: 'Cookie' });
  });

  it('is nothing for guard() alone', () => {
    const one = opened();
    expect(apply(one)).toBe('leave');
    expect(one.res.getHeaders()).toEqual({});
  });
});

describe('markPublic and markPrivate', () => {
  it('declare a response that carries a credential the same for everyone, Authorization included', () => {
    const one = opened({ headers: [['Authorization', 'Bearer t']] });
    expect(apply(one, { declaredPublic: true })).toBe('pack');
    const two = opened({ headers: [['Authorization', 'Bearer t']] });
    markPublic(two.res);
    expect(apply(two)).toBe('leave');
  });

  it("are refused where a session was read, which makes it somebody's", () => {
    const one = opened();
    routeHandler(one);
    markPublic(one.res);
    expect(one.codes()).toEqual(['public.refused']);
    expect(one.events[0]?.message).toMatch(
      /^GET \/ called markPublic\(\) after .*cache-guard\.test\.ts:\d+ read the session/,
    );
    expect(apply(one)).toBe('pack');
  });

  it('do not outlive a session that is read later', () => {
    const one = opened();
    markPublic(one.res);
    routeHandler(one);
    expect(apply(one)).toBe('pack');
  });

  it('count for nothing under an ambiguous URL', () => {
    const one = reader();
    markPublic(one.res);
    expect(apply(one, { mayBePublic: false })).toBe('pack');
  });

  it("make a response private that is nobody's, and private wins", () => {
    const one = opened();
    markPrivate(one.res);
    markPublic(one.res);
    expect(one.codes()).toEqual(['public.refused']);
    expect(apply(one, { declaredPublic: true })).toBe('pack');
  });

  it('throw on a response without a context, and after the head has left', () => {
    const stranger = opened().res;
    expect(() => markPublic({ ...stranger } as never)).toThrow(expect.objectContaining({ code: 'ERR_NO_CONTEXT' }));
    const one = opened();
    one.res.flushHeaders();
    expect(() => markPrivate(one.res)).toThrow(expect.objectContaining({ code: 'ERR_RESPONSE_STARTED' }));
    expect(() => markPublic(one.res)).toThrow(expect.objectContaining({ code: 'ERR_RESPONSE_STARTED' }));
  });

  it('throw once the context is closed', () => {
    const one = opened();
    one.context.close();
    expect(() => markPublic(one.res)).toThrow(expect.objectContaining({ code: 'ERR_CONTEXT_CLOSED' }));
  });
});

describe('a request answered as anonymous', () => {
  it('is private even where the route is public', () => {
    const one = reader();
    one.context.anonymised = true;
    expect(apply(one, { declaredPublic: true })).toBe('pack');
  });
});
