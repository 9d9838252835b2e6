import { guardSetCookies } from '../../../lib/response/set-cookie-guard.js';
import { cookieNameOf, isExpiring, setCookieLines } from '../../../lib/response/set-cookie-line.js';
import { opened } from '../../helpers/guarded.js';

const NAMES = ['__Host-session', 'sid'];

describe('guardSetCookies', () => {
  it('drops session cookies that this request did not mint, with one event a name', () => {
    const { res, context, events } = opened({ url: '/proxied' });
    res.setHeader('Set-Cookie', [
      'sid=theirs; Path=/',
      'lang=de',
      ' sid =again',
      '__Host-session=theirs',
      '=sid=nameless',
    ]);
    guardSetCookies(res, context, NAMES);
    expect(setCookieLines(res)).toEqual(['lang=de']);
    expect(events).toMatchObject([
      { code: 'cookie.foreign', severity: 'critical', detail: { cookie: 'sid' } },
      { code: 'cookie.foreign', severity: 'critical', detail: { cookie: '__Host-session' } },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/theirs|again|nameless/);
  });

  it('appends what this request minted, once however often it runs', () => {
    const { res, context, events } = opened({ method: 'POST' });
    context.outgoingCookies.set('sid', 'sid=mine; Path=/');
    res.setHeader('Set-Cookie', 'lang=de');
    guardSetCookies(res, context, NAMES);
    guardSetCookies(res, context, NAMES);
    expect(setCookieLines(res)).toEqual(['lang=de', 'sid=mine; Path=/']);
    expect(events).toEqual([]);
  });

  it('puts its own line in the place of a foreign one', () => {
    const { res, context, codes } = opened({ method: 'POST' });
    context.outgoingCookies.set('sid', 'sid=mine');
    res.setHeader('Set-Cookie', 'sid=theirs');
    guardSetCookies(res, context, NAMES);
    expect(setCookieLines(res)).toEqual(['sid=mine']);
    expect(codes()).toEqual(['cookie.foreign']);
  });

  it('sets no session cookie for a request answered as anonymous, expiries and own ones included', () => {
    const { res, context, events } = opened();
    context.anonymised = true;
    context.outgoingCookies.set('sid', 'sid=mine');
    res.setHeader('Set-Cookie', ['sid=fresh', 'sid=; Max-Age=0']);
    guardSetCookies(res, context, NAMES);
    expect(res.hasHeader('set-cookie')).toBe(false);
    expect(events).toMatchObject([{ code: 'cookie.foreign', severity: 'info' }]);
  });

  it('reports a name once a response, though it runs before each head', () => {
    const { res, context, codes } = opened();
    for (const value of ['one', 'two']) {
      res.setHeader('Set-Cookie', `sid=${value}`);
      guardSetCookies(res, context, NAMES);
    }
    expect(codes()).toEqual(['cookie.foreign']);
  });

  it('leaves a response without cookies alone', () => {
    const { res, context } = opened();
    guardSetCookies(res, context, NAMES);
    expect(res.getHeaders()).toEqual({});
  });
});

describe('cookieNameOf', () => {
  it.each([
    ['a=1', 'a'],
    [' a =1; b=2', 'a'],
    ['a', 'a'],
    ['', ''],
    ['=sid=1', 'sid'],
    [' = sid=1', 'sid'],
    ['a; sid=1', 'a'],
    ['%61=1', '%61'],
  ])('of %j is %j', (line, name) => {
    expect(cookieNameOf(line)).toBe(name);
  });
});

describe('isExpiring', () => {
  const NOW = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['a=', false],
    ['a=; Max-Age=0', true],
    ['a=; max-age=-1', true],
    ['a=; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
    ['a=; Max-Age=0; Max-Age=60', false],
    ['a=; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
    ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
    ['a=; Expires=Thu, 01 Jan 2099 00:00:00 GMT', false],
    ['a=; Expires=never', false],
    ['max-age=0', false],
  ])('%j: %s', (line, expiring) => {
    expect(isExpiring(line, NOW)).toBe(expiring);
  });
});
