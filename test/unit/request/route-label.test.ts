import { routeOf } from '../../../lib/request/route-label.js';
import { fakeRequest } from '../../helpers/wire.js';

function label(url: string, added: object = {}, method = 'GET'): string {
  return routeOf(Object.assign(fakeRequest({ method, url }), added));
}

describe('routeOf()', () => {
  it('is the pattern that Express matched, under the path of its router', () => {
    expect(label('/5', { baseUrl: '/shop', originalUrl: '/shop/5', route: { path: '/:id' } })).toBe('GET /shop/:id');
  });

  it('is the path where no pattern matched, as in Connect', () => {
    expect(label('/account/edit', {}, 'POST')).toBe('POST /account/edit');
    expect(label('/edit', { originalUrl: '/shop/edit', route: { path: /regexp/ } })).toBe('GET /shop/edit');
  });

  it('never holds the query, where tokens travel', () => {
    expect(label('/callback?code=secret&state=x')).toBe('GET /callback');
    expect(label('/', { originalUrl: '/callback?code=secret' })).toBe('GET /callback');
  });

  it('blots out long segments, where reset links carry their secret', () => {
    expect(label(`/reset/${'a'.repeat(24)}`)).toBe(`GET /reset/${'a'.repeat(24)}`);
    expect(label(`/reset/${'a'.repeat(25)}/now`)).toBe('GET /reset/*/now');
    expect(label('/x', { baseUrl: `/${'b'.repeat(40)}`, route: { path: '/x' } })).toBe('GET /*/x');
  });

  it('blots out what looks like an id, so that one route has one name', () => {
    expect(label('/v1/diary/2026-11-21')).toBe('GET /v1/diary/*');
    expect(label('/account/5')).toBe('GET /account/*');
    expect(label('/reset/k3Vd0pQ9')).toBe('GET /reset/*');
  });

  it('is one short line of plain characters, whatever was asked for', () => {
    expect(label('/a\r\nb\x00c d\u202e')).toBe('GET /a??b?c?d?');
    expect(label('/ab'.repeat(500)).length).toBeLessThanOrEqual(130);
  });

  it('works on a request without anything', () => {
    expect(routeOf(Object.assign(fakeRequest(), { method: undefined, url: undefined }))).toBe('GET /');
  });
});
