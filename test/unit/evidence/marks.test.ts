import { gzipSync } from 'node:zlib';
import type { Exchange } from '../../../lib/evidence/exchange.js';
import { offsetOf, sightingsOf } from '../../../lib/evidence/marks.js';

const PEOPLE = [
  { label: 'ada', marks: ['canary-ada-1', 'shared'] },
  { label: 'bob', marks: ['canary-bob-1', 'shared'] },
];

function exchange(parts: {
  asker?: string | null;
  path?: string;
  body?: Buffer | string;
  headers?: [string, string][];
}): Exchange {
  const { asker = 'bob', path = '/', body = '', headers = [] } = parts;
  return {
    asker,
    origin: 'http://127.0.0.1:1',
    question: { method: 'GET', path, headers: [] },
    answer: { status: 200, headers, body: Buffer.from(body) },
    failure: null,
    startedAt: 0,
    endedAt: 1,
    connection: 1,
  };
}
const seen = (parts: Parameters<typeof exchange>[0]) => sightingsOf(exchange(parts), PEOPLE);

it('finds what is of others, with its offset', () => {
  expect(seen({ body: 'hello canary-ada-1' })).toEqual([
    { owner: 'ada', mark: 'canary-ada-1', where: 'body', header: null, offset: 6 },
  ]);
  expect(seen({ headers: [['X-User', 'canary-ada-1']] })).toMatchObject([
    { where: 'header', header: 'X-User', offset: 0 },
  ]);
});

it('finds it for somebody without a session', () => {
  expect(seen({ asker: null, body: 'canary-ada-1 shared' })).toMatchObject([
    { owner: 'ada' },
    { owner: 'ada' },
    { owner: 'bob' },
  ]);
});

it.each([
  ['gzip', { body: gzipSync('canary-ada-1'), headers: [['Content-Encoding', 'gzip']] as [string, string][] }],
  ['base64, at an offset', { body: Buffer.from('{"u":"canary-ada-1"}').toString('base64') }],
  ['base64url', { body: Buffer.from('>>>canary-ada-1???').toString('base64url') }],
])('finds it in %s', (_name, parts) => expect(seen(parts)).toMatchObject([{ owner: 'ada' }]));

it('does not count what is the own, what both have, and what the asker said', () => {
  expect(seen({ body: 'canary-bob-1 shared' })).toEqual([]);
  expect(seen({ path: '/users/canary%2Dada-1', body: 'no user canary-ada-1' })).toEqual([]);
});

it('takes a mark as a word of its own', () => {
  expect(offsetOf('adapter ada', 'ada')).toBe(8);
  expect(offsetOf('canada', 'ada')).toBe(-1);
  expect(offsetOf('"ada"', 'ada')).toBe(1);
});

it('finds names that are spelled by percent signs, JSON or in UTF-8', () => {
  expect(offsetOf('a%20b', 'a b')).toBe(0);
  expect(offsetOf(JSON.stringify({ name: 'a"b' }), 'a"b')).toBe(9);
  expect(offsetOf(Buffer.from('x \u00e5da').toString('latin1'), '\u00e5da')).toBe(2);
});

it.each(['Jos\u00e9 Mu\u00f1oz', '\u00e5\u00e4\u00f6\u00e5\u00e4\u00f6', 'ada-lovelace'])(
  'finds %s in base64 at every place',
  (name) => {
    for (const before of ['', '{', '{"', '{"n', '{"na']) {
      const written = Buffer.from(`${before}${name}}}`);
      expect(offsetOf(written.toString('base64'), name)).toBeGreaterThanOrEqual(0);
      expect(offsetOf(written.toString('base64url'), name)).toBeGreaterThanOrEqual(0);
    }
  },
);

it('finds a name of more than English letters in JSON that escapes its quotes', () => {
  const name = '\u00e5da "the great"';
  expect(offsetOf(Buffer.from(JSON.stringify({ name })).toString('latin1'), name)).toBe(9);
});

it('takes a body that is not what its header says as it is', () => {
  expect(seen({ body: 'canary-ada-1', headers: [['Content-Encoding', 'gzip']] })).toHaveLength(1);
});
