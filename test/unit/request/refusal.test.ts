import { isNavigation, refuse } from '../../../lib/request/refusal.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

const refusal = {
  status: 503,
  code: 'Service Unavailable',
  message: 'Try again.',
  headers: { 'Retry-After': '1' },
} as const;

function answer(accept?: string, method = 'GET') {
  const req = fakeRequest({ method, headers: accept === undefined ? [] : [['Accept', accept]] });
  const wire = fakeResponse(req);
  refuse(req, wire.res, refusal);
  return wire;
}

describe('refuse()', () => {
  it('answers JSON that no cache keeps', () => {
    const wire = answer();
    expect(wire.raw()).toMatch(/^HTTP\/1\.1 503 /);
    expect(wire.all('cache-control')).toEqual(['private, no-store']);
    expect(wire.all('x-content-type-options')).toEqual(['nosniff']);
    expect(wire.all('retry-after')).toEqual(['1']);
    expect(wire.all('content-type')).toEqual(['application/json; charset=utf-8']);
    expect(JSON.parse(wire.raw().split('\r\n\r\n')[1] ?? '')).toEqual({
      error: { code: 503, status: 'Service Unavailable', message: 'Try again.' },
    });
  });

  it('answers plain text to who asked for HTML', () => {
    const wire = answer('text/html,*/*');
    expect(wire.all('content-type')).toEqual(['text/plain; charset=utf-8']);
    expect(wire.raw()).toMatch(/\r\n\r\nTry again\.\n$/);
  });

  it('sends no body to HEAD, and the length it would have had', () => {
    const wire = answer(undefined, 'HEAD');
    expect(wire.raw()).toMatch(/\r\n\r\n$/);
    expect(wire.all('content-length')).toEqual(answer().all('content-length'));
  });
});

describe('isNavigation()', () => {
  it.each<[string, boolean, string, [string, string][]]>([
    ['a page in a browser', true, 'GET', [['Sec-Fetch-Mode', 'navigate']]],
    ['an old browser', true, 'GET', [['Accept', 'text/html,application/xhtml+xml']]],
    ['HEAD of a page', true, 'HEAD', [['Accept', 'text/html']]],
    [
      'a fetch that accepts HTML',
      false,
      'GET',
      [
        ['Sec-Fetch-Mode', 'cors'],
        ['Accept', 'text/html'],
      ],
    ],
    ['a form', false, 'POST', [['Sec-Fetch-Mode', 'navigate']]],
    ['curl', false, 'GET', [['Accept', '*/*']]],
    ['nothing said', false, 'GET', []],
  ])('%s: %p', (_who, expected, method, headers) => {
    expect(isNavigation(fakeRequest({ method, headers }))).toBe(expected);
  });
});
