import { createHmac } from 'node:crypto';
import { unsign } from '../../../lib/adapters/signed-cookie.js';

const sign = (id: string, secret: string) =>
  `s:${id}.${createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')}`;

it.each(['abc', 'a.b.c', 'with space', '\u00e9', 'x'.repeat(200)])('opens %j as express-session sends it', (id) => {
  expect(unsign(encodeURIComponent(sign(id, 'k')), ['k'])).toBe(id);
  expect(unsign(sign(id, 'k'), ['k'])).toBe(id);
});

it('opens with any of the secrets, and with no other', () => {
  const cookie = encodeURIComponent(sign('abc', 'second'));
  expect(unsign(cookie, ['first', 'second'])).toBe('abc');
  expect(unsign(cookie, ['first', 'third'])).toBeNull();
});

it.each([
  '',
  's:',
  's%3A',
  's:.',
  's:abc',
  's:abc.',
  `s:.${sign('', 'k').slice(3)}`,
  sign('abc', 'k').slice(2),
  `${sign('abc', 'k')}=`,
  `${sign('abc', 'k')} `,
  `"${sign('abc', 'k')}"`,
  'j:{"id":"abc"}',
  '%',
  '%E0%A4%A',
  'x'.repeat(10_000),
  encodeURIComponent(sign('x'.repeat(5_000), 'k')),
])('is null, never a throw, for %j', (cookie) => expect(unsign(cookie, ['k'])).toBeNull());
