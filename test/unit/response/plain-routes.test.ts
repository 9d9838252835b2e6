import { Events, type SwapproofEvent } from '../../../lib/events.js';
import type { RouteMatch } from '../../../lib/request/route-match.js';
import { plainRoutes } from '../../../lib/response/plain-routes.js';
import { fakeRequest } from '../../helpers/wire.js';

function tested(match: RouteMatch) {
  const bus = new Events(() => 0);
  const events: SwapproofEvent[] = [];
  bus.on('*', (event) => events.push(event));
  const test = plainRoutes('public', match, bus);
  return {
    events,
    test: (url: string, originalUrl?: string) =>
      test(Object.assign(fakeRequest({ url }), originalUrl === undefined ? {} : { originalUrl })),
  };
}

describe('path prefixes', () => {
  it('are whole segments', () => {
    const { test } = tested(['/static', '/docs/']);
    for (const url of ['/static', '/static/', '/static/x/y', '/static?x=/account', '/docs', '/docs/x'])
      expect([url, test(url)]).toEqual([url, true]);
    for (const url of ['/staticx', '/STATIC', '/', '/x/static', '/account?/static'])
      expect([url, test(url)]).toEqual([url, false]);
  });

  it('see the URL of the wire, whatever a router made of it', () => {
    const { test } = tested('/static');
    expect(test('/x', '/static/x')).toBe(true);
    expect(test('/static/x', '/account')).toBe(false);
  });

  it('never match an ambiguous URL', () => {
    const { test } = tested([/./, '/', () => true]);
    for (const url of [
      '/static/..%2faccount',
      '/static/../account',
      '/static;x',
      '/static//x',
      '/static/%00',
      'http://h/static',
    ]) {
      expect([url, test(url)]).toEqual([url, false]);
    }
    expect(test('/static')).toBe(true);
  });
});

describe('regular expressions', () => {
  it.each(['g', 'y', 'gy'])('do not remember their last match with the flags %s', (flags) => {
    const { test } = tested(new RegExp('^/img/', flags));
    expect([test('/img/a'), test('/img/a'), test('/img/a')]).toEqual([true, true, true]);
  });

  it('see no query', () => {
    expect(tested(/public/).test('/account?public')).toBe(false);
  });
});

describe('predicates', () => {
  it('decide by true alone', () => {
    expect(tested((req) => req.url === '/a').test('/a')).toBe(true);
    expect(tested((req) => req.url === '/a').test('/b')).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ['a promise', () => Promise.resolve(true)],
    ['number', () => 1],
    ['undefined', () => {}],
  ])('that answer %s are a no, with an event', (what, predicate) => {
    const { test, events } = tested(predicate as () => boolean);
    expect(test('/a')).toBe(false);
    expect(events).toMatchObject([{ code: 'predicate.failed', message: expect.stringContaining(what) }]);
  });

  it('that throw are a no, with an event that repeats nothing they said', () => {
    const { test, events } = tested(() => {
      throw new RangeError('secret');
    });
    expect(test('/a')).toBe(false);
    expect(events[0]?.message).toContain('RangeError');
    expect(events[0]?.message).not.toContain('secret');
  });
});

describe('what it refuses', () => {
  it.each([
    ['static'],
    [''],
    ['/a b'],
    ['/a?b'],
    ['/a;b'],
    ['/a%2f'],
    ['//'],
    ['/a//b'],
    [42],
    [null],
    [['/a', {}]],
    [{}],
  ])('%j', (match) => {
    expect(() => tested(match as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining('public') }),
    );
  });
});

it('is nothing by default', () => {
  expect(tested([]).test('/')).toBe(false);
});
