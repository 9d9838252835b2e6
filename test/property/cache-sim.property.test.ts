/** Whatever else a response says: a cache by the book gives nothing private, and nothing asked with Authorization, to another. */
import fc from 'fast-check';
import type { HeaderLine, Question } from '../../lib/evidence/exchange.js';
import { Cache } from '../../lib/testing/cache-sim/cache.js';
import { RFC_9111 } from '../../lib/testing/cache-sim/rules.js';

const FORBIDS = [
  'private',
  'no-store',
  'Private',
  'NO-STORE',
  'private=""',
  'private="set-cookie"',
  'no-store=x',
  'private = "x',
];
const ALLOWS = [
  'public',
  'max-age=60',
  's-maxage=60',
  'max-age="60"',
  'immutable',
  'no-transform',
  'x="a, b"',
  '',
  ' ',
  '"',
];
const PERMITS_AUTHORIZATION = /(?:^|,)\s*(?:public|s-maxage|must-revalidate)/i;

const directives = (words: readonly string[]) => fc.array(fc.constantFrom(...words), { maxLength: 4 });
const others = fc.subarray<HeaderLine>([
  ['Expires', 'Wed, 25 Nov 2099 12:00:00 GMT'],
  ['Date', 'Wed, 25 Nov 2026 12:00:00 GMT'],
  ['Last-Modified', 'Wed, 25 Nov 2020 12:00:00 GMT'],
  ['Set-Cookie', 'a=1'],
  ['Vary', 'Accept'],
  ['CDN-Cache-Control', 'max-age=60'],
  ['Surrogate-Control', 'max-age=60'],
]);
const status = fc.constantFrom(200, 203, 204, 301, 302, 404, 410, 500);
const method = fc.constantFrom('GET', 'HEAD');

interface Said {
  readonly lines: readonly HeaderLine[];
  readonly status: number;
}

/** What the second one gets, after the first asked for the same. Each has a header of its own that the origin echoes. */
async function second({ lines, status: code }: Said, methods: readonly string[], name: string): Promise<string> {
  const origin = async ({ headers = [] }: Question) => ({
    status: code,
    headers: lines,
    body: Buffer.from(headers.find(([field]) => field === name)?.[1] ?? 'nobody'),
  });
  const cache = new Cache(RFC_9111, origin, () => 0);
  const ask = (user: string, index: number) =>
    cache.serve({ method: methods[index] ?? 'GET', path: '/', headers: [[name, user]] });
  await ask('ada', 0);
  return (await ask('bob', 1)).answer.body.toString();
}

const methods = fc.tuple(method, method);

it('private and no-store, in any spelling and place', async () => {
  const said = fc.record({
    before: directives(ALLOWS),
    word: fc.constantFrom(...FORBIDS),
    after: directives(ALLOWS),
    split: fc.boolean(),
    others,
    status,
  });
  await fc.assert(
    fc.asyncProperty(said, methods, async ({ before, word, after, split, others: more, status: code }, asked) => {
      const parts = split ? [before.join(', '), [word, ...after].join(',')] : [[...before, word, ...after].join(', ')];
      const lines = [...parts.map((part): HeaderLine => ['cache-control', part]), ...more];
      expect(await second({ lines, status: code }, asked, 'Cookie')).toBe('bob');
    }),
  );
});

it('what was asked with Authorization, unless the response says that it may', async () => {
  const said = fc.record({ words: directives(ALLOWS), others, status });
  await fc.assert(
    fc.asyncProperty(said, methods, async ({ words, others: more, status: code }, asked) => {
      const value = words.join(', ');
      fc.pre(!PERMITS_AUTHORIZATION.test(value));
      const lines: HeaderLine[] = [['Cache-Control', value], ...more];
      expect(await second({ lines, status: code }, asked, 'Authorization')).toBe('bob');
    }),
  );
});

it('what varies by the cookie', async () => {
  const said = fc.record({ words: directives(ALLOWS), others, status });
  await fc.assert(
    fc.asyncProperty(said, methods, async ({ words, others: more, status: code }, asked) => {
      const lines: HeaderLine[] = [['Cache-Control', words.join(', ')], ['Vary', 'accept, COOKIE'], ...more];
      expect(await second({ lines, status: code }, asked, 'Cookie')).toBe('bob');
    }),
  );
});
