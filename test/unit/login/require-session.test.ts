import { createRequireSession, type Wall } from '../../../lib/login/require-session.js';
import { thrownBy } from '../../helpers/thrown.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

function meet(answer: ReturnType<Wall>, options = {}, headers: [string, string][] = [], method = 'GET') {
  const req = fakeRequest({ method, url: '/account?tab=1', headers });
  const wire = fakeResponse(req);
  const next = jest.fn();
  createRequireSession(() => answer, options)(req, wire.res, next);
  return { wire, next, status: wire.res.headersSent ? wire.res.statusCode : null };
}

const NAVIGATION: [string, string][] = [['Sec-Fetch-Mode', 'navigate']];

describe('requireSession()', () => {
  it('lets an active session pass, and writes nothing', () => {
    const { wire, next } = meet('active');
    expect(next.mock.calls).toEqual([[]]);
    expect(wire.raw()).toBe('');
  });

  it('sends a page without a session to the login, with where to return', () => {
    const { wire, next, status } = meet('inactive', { loginPath: '/login' }, NAVIGATION);
    expect([status, next.mock.calls.length]).toEqual([303, 0]);
    expect(wire.all('location')).toEqual(['/login?return_to=%2Faccount%3Ftab%3D1']);
  });

  it.each<[string, object, [string, string][], string]>([
    ['a fetch', { loginPath: '/login' }, [['Sec-Fetch-Mode', 'cors']], 'GET'],
    ['a POST', { loginPath: '/login' }, NAVIGATION, 'POST'],
    ['a page where there is no login path', {}, NAVIGATION, 'GET'],
  ])('answers 401 to %s', (_what, options, headers, method) => {
    const { wire, next, status } = meet('inactive', options, headers, method);
    expect([status, next.mock.calls.length]).toEqual([401, 0]);
    expect(wire.all('location')).toEqual([]);
  });

  it('answers 503 with Retry-After where validity is not known: no login page, no pass', () => {
    const { wire, next, status } = meet('unavailable', { loginPath: '/login' }, NAVIGATION);
    expect([status, next.mock.calls.length]).toEqual([503, 0]);
    expect(wire.all('retry-after')).toEqual(['1']);
  });

  it.each([['https://login.example/'], ['//login.example'], ['login'], [''], [7]])(
    'refuses %p as login path when it is made',
    (loginPath) => {
      const error = thrownBy(() => createRequireSession(() => 'active', { loginPath: loginPath as string }));
      expect([error.code, error.message.includes('loginPath')]).toEqual(['ERR_INVALID_OPTION', true]);
    },
  );
});
