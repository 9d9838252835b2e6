import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { matchWhoami } from '../../../lib/whoami/route.js';

const PATH = '/sessions/whoami';
const match = (url: string, originalUrl?: string) =>
  matchWhoami({ url, ...(originalUrl !== undefined && { originalUrl }) } as IncomingMessage, PATH);

describe('matchWhoami', () => {
  it.each([
    '/sessions/whoami',
    '/sessions/whoami?',
    '/sessions/whoami?tokenize_as=x',
    '/sessions/whoami?/x.css',
    'http://example.com/sessions/whoami',
    'HTTPS://example.com:8443/sessions/whoami?x',
  ])('takes %s', (url) => {
    expect(match(url)).toBe('whoami');
  });

  it.each([
    '/sessions/whoami/',
    '/sessions/whoami//',
    '/sessions/whoami/x.css',
    '/sessions/whoami/x.css?v=1',
    '/sessions/whoami.css',
    '/sessions/whoami;x.css',
    '/sessions/whoami;/x.css',
    '/sessions;x/whoami',
    '/sessions;%0ax/whoami',
    '/x/..;%0ax/sessions/whoami',
    '/ses%0asions/whoami',
    '/sessions/whoami%2Fx.css',
    '/sessions/whoami%252Fx.css',
    '/sessions/whoami%5cx.css',
    '/sessions/whoami\\x.css',
    '/sessions/whoami%00.css',
    '/sessions/whoami%0a.css',
    '/sessions/whoami%3fx.css',
    '/sessions/whoami%3Bx.css',
    '/sessions/whoami%23x.css',
    '/sessions/whoami#x.css',
    '/sessions/whoami%20',
    '/sessions/whoami~x.css',
    '/sessions%2fwhoami',
    '/sessions/who%61mi',
    '/sessions/who%2561mi',
    '/%73essions/whoami',
    '//sessions/whoami',
    '/sessions//whoami',
    '/./sessions/whoami',
    '/sessions/./whoami',
    '/sessions/x/../whoami',
    '/static/../sessions/whoami',
    '/static/..%2fsessions/whoami',
    '/static/%2e%2e/sessions/whoami',
    '/static/..;/sessions/whoami',
    '/sessions/whoami/../../static/x.css',
    '/Sessions/Whoami',
    '/SESSIONS/WHOAMI/x.css',
    '\\sessions\\whoami',
    'http://example.com/sessions/whoami/x.css',
  ])('refuses %s', (url) => {
    expect(match(url)).toBe('refuse');
  });

  it.each([
    '/',
    '',
    '*',
    'example.com:443',
    '/sessions',
    '/sessions/whoamix',
    '/sessions/whoami-help',
    '/sessions/whoami_2',
    '/api/sessions/whoami',
    '/whoami',
    '/search?q=/sessions/whoami',
    '/caf%C3%A9/%E0%A4%A',
    '/%',
  ])('leaves %s to the app', (url) => {
    expect(match(url)).toBe('other');
  });

  it('goes by the path on the wire, not by what a mounted router sees', () => {
    expect(match('/', PATH)).toBe('whoami');
    expect(match(PATH, '/rewritten')).toBe('other');
    expect(match('/', `${PATH}/x.css`)).toBe('refuse');
  });

  it('never throws, and takes nothing but the path itself', () => {
    const piece = fc.constantFrom(
      '/',
      'sessions',
      'whoami',
      '..',
      '.',
      '%2f',
      '%2e',
      '%',
      ';',
      '\\',
      '%00',
      'x.css',
      '%25',
      '#',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (url) => {
          const found = match(url);
          if (found === 'whoami') expect(url.split('?')[0]?.endsWith(PATH)).toBe(true);
          if (url.startsWith('/') && url.split('?')[0] !== PATH) expect(found).not.toBe('whoami');
        },
      ),
    );
  });
});
