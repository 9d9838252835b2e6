import type { IncomingMessage } from 'node:http';
import { developmentPorts, isInsecureOrigin } from '../../../lib/session/development-mode.js';

interface Local {
  environment?: string | undefined;
  socket?: object;
  headers?: Record<string, string>;
}

/** A request as supertest sends it, with one thing changed. */
function port({ environment = 'test', socket = {}, headers = {} }: Local = {}): number | null {
  const req = {
    socket: { remoteAddress: '127.0.0.1', localPort: 3000, ...socket },
    headers: { host: '127.0.0.1:3000', ...headers },
  };
  return developmentPorts(environment)(req as unknown as IncomingMessage);
}

describe('developmentPorts()', () => {
  it('keeps the port it was asked on first: supertest listens on another one for each request', () => {
    const ports = developmentPorts('test');
    const ask = (localPort: number) =>
      ports({ socket: { remoteAddress: '::1', localPort }, headers: { host: 'localhost' } } as IncomingMessage);
    expect([ask(3000), ask(40_001), ask(3000)]).toEqual([3000, 3000, 3000]);
  });

  it('is the port of the server on localhost, out of the box', () => {
    expect(port()).toBe(3000);
    expect(port({ environment: 'development' })).toBe(3000);
  });

  it.each(['production', 'prod', 'Test', 'staging', ''])('is null where NODE_ENV is %p', (environment) => {
    expect(port({ environment })).toBeNull();
  });

  it('is null where NODE_ENV is not set', () => {
    expect(developmentPorts(undefined)({ socket: {}, headers: {} } as IncomingMessage)).toBeNull();
  });

  it('is null on an encrypted socket', () => expect(port({ socket: { encrypted: true } })).toBeNull());

  it.each([undefined, '', '10.0.0.7', '203.0.113.9', '::ffff:10.0.0.7', 'fe80::1', '1127.0.0.1', '127.0.0.1.evil'])(
    'is null for a client at %p',
    (remoteAddress) => expect(port({ socket: { remoteAddress } })).toBeNull(),
  );

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('knows the client %p as local', (remoteAddress) => {
    expect(port({ socket: { remoteAddress } })).toBe(3000);
  });

  it.each([
    'app.example',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '127.evil',
    '',
    'localhost:x',
  ])('is null for the host %p', (host) => expect(port({ headers: { host } })).toBeNull());

  it.each(['localhost', 'LOCALHOST:3000', 'app.localhost:3000', '127.0.0.1', '[::1]:3000'])(
    'knows the host %p',
    (host) => {
      expect(port({ headers: { host } })).toBe(3000);
    },
  );

  it.each([
    'forwarded',
    'via',
    'x-forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-forwarded-server',
    'x-real-ip',
  ])('is null behind a proxy that adds %s: with a stock nginx all else looks local', (name) => {
    expect(port({ headers: { host: 'localhost:3000', [name]: '127.0.0.1' } })).toBeNull();
  });

  it.each(['https://app.example', 'http://app.example', 'http://localhost.evil.example', 'file://', 'nonsense', ''])(
    'is null for the origin %p',
    (origin) => expect(port({ headers: { origin } })).toBeNull(),
  );

  it.each(['null', 'http://localhost:3000', 'https://localhost', 'http://127.0.0.1:5173', 'http://[::1]:3000'])(
    'knows the origin %p',
    (origin) => expect(port({ headers: { origin } })).toBe(3000),
  );
});

describe('isInsecureOrigin()', () => {
  it.each<[string | undefined, boolean]>([
    ['http://app.example', true],
    ['http://app.example:8080', true],
    ['http://localhost.evil.example', true],
    ['https://app.example', false],
    ['http://localhost:3000', false],
    ['http://127.0.0.1', false],
    ['http://[::1]:1', false],
    ['null', false],
    [undefined, false],
  ])('%p: %p', (origin, expected) => expect(isInsecureOrigin(origin)).toBe(expected));
});
