import { cookieLine, cookieNames, expiredLine, reservedNames } from '../../../lib/session/cookies.js';
import { seal } from '../../../lib/session/seal.js';
import { keyring, token } from '../../helpers/tokens.js';

describe('names', () => {
  it('have the prefix that binds them to one host, path and https', () => {
    expect(cookieNames(null)).toEqual({
      session: '__Host-session',
      activity: '__Host-activity',
      owner: '__Host-owner',
      login: '__Host-login',
      flash: '__Host-flash',
    });
  });

  it('are others in development mode, and by port, since cookies ignore it', () => {
    expect(cookieNames(3000)).toEqual({
      session: 'dev-3000-session',
      activity: 'dev-3000-activity',
      owner: 'dev-3000-owner',
      login: 'dev-3000-login',
      flash: 'dev-3000-flash',
    });
    expect(cookieNames(3001).session).not.toBe(cookieNames(3000).session);
  });

  it('of both modes are reserved, each once', () => {
    expect(reservedNames(cookieNames(null))).toHaveLength(5);
    expect(reservedNames(cookieNames(3000))).toHaveLength(10);
  });
});

describe('lines', () => {
  it('keep scripts and other sites away, and end with the browser', () => {
    expect(cookieLine({ name: '__Host-session', value: 'v', secure: true })).toBe(
      '__Host-session=v; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });

  it('outlive the browser if they are told for how long', () => {
    expect(cookieLine({ name: '__Host-session', value: 'v', secure: true, maxAge: 60 })).toContain('; Max-Age=60');
  });

  it('stay at home when another site links here, if they are to be strict', () => {
    const style = { secure: true, sameSite: 'strict' } as const;
    expect(cookieLine({ name: '__Host-session', value: 'v', ...style })).toContain('; SameSite=Strict');
    expect(expiredLine({ name: '__Host-session', ...style })).toContain('; SameSite=Strict');
  });

  it('show only the owner tag to scripts', () => {
    expect(cookieLine({ name: '__Host-owner', value: 'v', readable: true, secure: true })).toBe(
      '__Host-owner=v; Path=/; Secure; SameSite=Lax',
    );
  });

  it('are without Secure in development mode only', () => {
    expect(cookieLine({ name: 'dev-3000-session', value: 'v', secure: false })).not.toContain('Secure');
  });

  it('keep the bytes of a seal', async () => {
    const sealed = await seal(keyring(), token());
    expect(cookieLine({ name: '__Host-session', value: sealed, secure: true })).toContain(`=${sealed};`);
  });

  it('take a cookie away with the attributes it was set with', () => {
    expect(expiredLine({ name: '__Host-session', secure: true })).toBe(
      '__Host-session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    );
    expect(expiredLine({ name: '__Host-owner', readable: true, secure: true })).not.toContain('HttpOnly');
  });
});
