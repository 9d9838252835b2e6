import * as errors from '../../lib/errors.js';

describe('errors', () => {
  it('carry a code, a status for Express, a name and a cause', () => {
    const cause = new Error('disk full');
    const error = new errors.StoreUnavailableError('The store is away.', { cause });
    expect(error).toBeInstanceOf(errors.SwapproofError);
    expect(error).toMatchObject({ name: 'StoreUnavailableError', code: 'ERR_STORE_UNAVAILABLE', cause });
    expect([error.status, error.statusCode]).toEqual([503, 503]);
  });

  it('have a client or server status for every code', () => {
    for (const code of errors.errorCodes) {
      expect(code).toMatch(/^ERR_[A-Z_]+$/);
      expect(new errors.SwapproofError(code, '').status).toBeGreaterThanOrEqual(400);
    }
  });

  it.each([
    errors.ConfigurationError,
    errors.ContextError,
    errors.SessionError,
    errors.CrossSiteError,
    errors.RevocationError,
  ])('%p is a family of its own', (Family) => {
    const error = new Family('ERR_INVALID_ARGUMENT', 'what to do');
    expect(error).toBeInstanceOf(errors.SwapproofError);
    expect(String(error)).toBe(`${Family.name}: what to do`);
  });
});
