import type { Cacheability, CacheClass } from '../../../lib/response/cacheability.js';
import { decide, type Facts } from '../../../lib/response/decision.js';

const CLASSES: readonly CacheClass[] = ['NONE', 'NOSTORE', 'PRIVATE', 'REVAL', 'SHARED', 'CONFLICT'];
const METHODS = ['GET', 'HEAD', 'QUERY', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];

const of = (name: CacheClass, marked = name === 'SHARED'): Cacheability => ({
  class: name,
  shared: name === 'SHARED' || name === 'CONFLICT',
  marked,
});

const SILENT: Facts = {
  method: 'GET',
  status: 200,
  declared: false,
  markedPublic: false,
  forcedPrivate: false,
  url: 'plain',
  identity: 'none',
  authorization: false,
  cookies: 'none',
  cacheability: of('NONE'),
  revalidates: true,
};

function decided(facts: Partial<Facts>): string {
  const { row, action, event } = decide({ ...SILENT, ...facts });
  return [row, action, ...(event ? [event.code, event.severity] : [])].join(' ');
}

describe('decide', () => {
  const shared = of('SHARED');
  const unmarked = of('SHARED', false);

  it.each<[string, Partial<Facts>, string]>([
    ['an informational status', { status: 103, identity: 'read', cacheability: shared }, '1 leave'],
    ['OPTIONS', { method: 'OPTIONS', cacheability: shared }, '1 leave'],
    ['OPTIONS, a credential', { method: 'OPTIONS', identity: 'credential', cacheability: shared }, '1 leave'],
    ['TRACE, a credential', { method: 'TRACE', identity: 'credential' }, '1 leave'],
    ['CONNECT, declared', { method: 'CONNECT', declared: true }, '1 leave'],
    [
      'OPTIONS, a read session, marked',
      { method: 'OPTIONS', identity: 'read', cacheability: shared },
      '2 pack cache.violation warn',
    ],
    ['TRACE, a read session', { method: 'TRACE', identity: 'read' }, '3 pack'],
    ['OPTIONS, a credential, cookie', { method: 'OPTIONS', identity: 'credential', cookies: 'other' }, '5 pack'],
    ['OPTIONS, nobody, cookie', { method: 'OPTIONS', cookies: 'other' }, '6b pack'],
    ['OPTIONS, nobody, expiry', { method: 'OPTIONS', cookies: 'identity' }, '6b pack'],
    ['an informational status, OPTIONS', { status: 103, method: 'OPTIONS', identity: 'read' }, '1 leave'],
    ['a read session, marked', { identity: 'read', cacheability: shared }, '2 pack cache.violation warn'],
    ['a read session, in conflict', { identity: 'read', cacheability: of('CONFLICT') }, '2 pack cache.violation warn'],
    [
      'a read session, declared and marked',
      { identity: 'read', declared: true, cacheability: shared },
      '2 pack cache.violation warn',
    ],
    [
      'a read session, POST with freshness',
      { identity: 'read', method: 'POST', cacheability: shared },
      '2 pack cache.violation warn',
    ],
    ['a read session, redirect', { identity: 'read', status: 301 }, '3 pack'],
    ['a read session, not marked', { identity: 'read' }, '3 pack'],
    ['a read session, declared', { identity: 'read', declared: true, markedPublic: true }, '3 pack'],
    ['a credential, marked', { identity: 'credential', cacheability: shared }, '4 pack cache.violation info'],
    ['a credential, not marked', { identity: 'credential' }, '5 pack'],
    ['a credential, no-cache', { identity: 'credential', cacheability: of('REVAL') }, '5 pack'],
    ['nobody, cookie, marked', { cookies: 'other', cacheability: shared }, '6 strip cookie.stripped warn'],
    ['nobody, cookie, shared unmarked', { cookies: 'other', cacheability: unmarked }, '6b pack cache.downgraded info'],
    ['nobody, cookie, header-less', { cookies: 'other' }, '6b pack'],
    ['nobody, cookie, no-cache', { cookies: 'other', cacheability: of('REVAL') }, '6b pack'],
    ['nobody, expiry, marked', { cookies: 'identity', cacheability: shared }, '6b pack cache.downgraded info'],
    [
      'nobody, cookie, POST, marked',
      { cookies: 'other', method: 'POST', cacheability: shared },
      '6b pack cache.downgraded info',
    ],
    ['nobody, header-less', {}, '7 revalidate'],
    ['nobody, header-less, QUERY', { method: 'QUERY' }, '7 revalidate'],
    ['nobody, header-less, guard() alone', { revalidates: false }, '7 leave'],
    ['nobody, marked', { cacheability: shared }, '8 leave'],
    ['nobody, header-less, POST', { method: 'POST' }, '8 leave'],
    [
      'declared, expiry, marked',
      { declared: true, cookies: 'identity', cacheability: shared },
      '9 pack cache.downgraded warn',
    ],
    ['declared, expiry', { declared: true, cookies: 'identity', identity: 'credential' }, '9 pack'],
    ['declared, cookie, POST', { declared: true, cookies: 'other', method: 'POST' }, '10 pack'],
    [
      'declared, cookie, POST, marked',
      { declared: true, cookies: 'other', method: 'POST', cacheability: shared },
      '10 pack cache.downgraded warn',
    ],
    ['declared, cookie', { declared: true, cookies: 'other' }, '11 strip cookie.stripped info'],
    [
      'declared, cookie, credential',
      { declared: true, cookies: 'other', identity: 'credential' },
      '11 strip cookie.stripped info',
    ],
    ['declared, Authorization', { declared: true, identity: 'credential', authorization: true }, '12 pack'],
    [
      'declared, Authorization, marked',
      { declared: true, identity: 'credential', authorization: true, cacheability: shared },
      '12 pack cache.downgraded warn',
    ],
    [
      'declared, Authorization, cookie',
      { declared: true, identity: 'credential', authorization: true, cookies: 'other' },
      '12 pack',
    ],
    [
      'markPublic, Authorization',
      { declared: true, markedPublic: true, identity: 'credential', authorization: true, cacheability: shared },
      '13 leave',
    ],
    ['declared, credential', { declared: true, identity: 'credential', cacheability: shared }, '13 leave'],
    ['declared, nobody', { declared: true }, '13 leave'],
    ['markPrivate', { forcedPrivate: true, declared: true }, '0 pack'],
    [
      'anonymised, marked',
      { forcedPrivate: true, identity: 'credential', cacheability: shared },
      '0 pack cache.downgraded warn',
    ],
    ['a static URL, nobody, marked', { url: 'static', cacheability: shared }, '8 leave'],
    [
      'a static URL, a credential, marked',
      { url: 'static', identity: 'credential', cacheability: shared },
      '0b pack url.ambiguous info',
    ],
    ['a static URL, a read session', { url: 'static', identity: 'read' }, '0b pack url.ambiguous info'],
    [
      'a static URL, a read session, marked',
      { url: 'static', identity: 'read', cacheability: shared },
      '2 pack cache.violation warn',
    ],
    [
      'a static URL, markPublic, a credential',
      { url: 'static', declared: true, markedPublic: true, identity: 'credential' },
      '13 leave',
    ],
    [
      'a static URL, markPrivate, nobody, marked',
      { url: 'static', forcedPrivate: true, cacheability: shared },
      '0 pack cache.downgraded warn',
    ],
    ['an ambiguous URL, nobody, marked', { url: 'ambiguous', cacheability: shared }, '0b pack'],
    ['an ambiguous URL, a credential', { url: 'ambiguous', identity: 'credential' }, '0b pack url.ambiguous warn'],
    ['an ambiguous URL, a read session', { url: 'ambiguous', identity: 'read' }, '0b pack url.ambiguous warn'],
  ])('%s', (_, facts, expected) => {
    expect(decided(facts)).toBe(expected);
  });

  /** Every combination of what does not matter to a promise. */
  const cases: Partial<Facts>[] = METHODS.flatMap((method) =>
    CLASSES.flatMap((name) =>
      [true, false].flatMap((declared) =>
        [200, 206, 301, 302, 304, 404, 500, 503].map((status) => ({
          method,
          status,
          declared,
          cacheability: of(name),
        })),
      ),
    ),
  );

  it('packs whatever read a session, for every final status, class, cookie, route and method', () => {
    for (const facts of cases) {
      for (const cookies of ['none', 'identity', 'other'] as const) {
        expect(decided({ ...facts, cookies, markedPublic: true, identity: 'read' })).toMatch(/^[23] pack/);
      }
    }
  });

  it('packs whatever carries a credential where nothing declared it public, but for OPTIONS', () => {
    for (const facts of cases.filter(({ method }) => method !== 'OPTIONS')) {
      expect(decided({ ...facts, declared: false, identity: 'credential' })).toMatch(/^[45] pack/);
    }
  });

  it('never leaves a cookie on a response that may be shared', () => {
    for (const facts of cases) {
      for (const cookies of ['identity', 'other'] as const) {
        expect(decided({ ...facts, cookies })).not.toMatch(/leave|revalidate/);
      }
    }
  });
});
