import { canChangeState, isCacheableMethod, isSafeMethod, wireMethod } from '../../../lib/request/methods.js';
import { fakeRequest } from '../../helpers/wire.js';

/** Method, safe for cookies, cacheable, can change state. */
const TABLE = [
  ['GET', true, true, false],
  ['HEAD', true, true, false],
  ['OPTIONS', true, false, false],
  ['TRACE', true, false, false],
  ['QUERY', true, true, true],
  ['PROPFIND', true, false, true],
  ['CONNECT', true, false, true],
  ['get', true, false, true],
  ['post', true, false, true],
  ['POST', false, false, true],
  ['PUT', false, false, true],
  ['PATCH', false, false, true],
  ['DELETE', false, false, true],
] as const;

describe.each(TABLE)('%s', (method, safe, cacheable, changes) => {
  it(`is ${safe ? 'safe' : 'unsafe'} for cookies, ${changes ? 'checked' : 'harmless'} for cross-site requests`, () => {
    expect(isSafeMethod(method)).toBe(safe);
    expect(isCacheableMethod(method)).toBe(cacheable);
    expect(canChangeState(fakeRequest({ method }))).toBe(changes);
  });
});

describe('canChangeState()', () => {
  it('is true for an Upgrade whatever its method', () => {
    expect(canChangeState(fakeRequest({ headers: [['Upgrade', 'websocket']] }))).toBe(true);
  });

  it('goes by the wire: a POST made a GET by method-override is still checked', () => {
    const req = Object.assign(fakeRequest({ method: 'GET' }), { originalMethod: 'POST' });
    expect([wireMethod(req), canChangeState(req)]).toEqual(['POST', true]);
  });

  it('takes the word of no header', () => {
    const req = fakeRequest({ method: 'POST', headers: [['X-HTTP-Method-Override', 'GET']] });
    expect([wireMethod(req), canChangeState(req)]).toEqual(['POST', true]);
  });
});
