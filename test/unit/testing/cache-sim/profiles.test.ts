/** What each profile does to two users, beside the book: data, one row a promise. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CACHE_PROFILES } from '../../../../lib/testing/cache-sim/profiles.js';
import { type BehindCache, behindCache, header } from '../../../helpers/behind-cache.js';

let behind: BehindCache;
afterEach(() => behind?.close());

/** What the origin says; the user is the cookie. */
const SAYS = {
  nothing: {},
  'private, no-store': { 'Cache-Control': 'private, no-store' },
  'no-cache': { 'Cache-Control': 'no-cache' },
  'public, max-age=60': { 'Cache-Control': 'public, max-age=60' },
  'public and Vary': { 'Cache-Control': 'public, max-age=60', Vary: 'Cookie' },
  'private=""': { 'Cache-Control': 'private=""' },
} as const;

type Says = keyof typeof SAYS;

const personal = (says: Says, cookie: boolean) => (req: IncomingMessage, res: ServerResponse) => {
  for (const [name, value] of Object.entries(SAYS[says])) res.setHeader(name, value);
  if (cookie) res.setHeader('Set-Cookie', `sid=${req.headers.cookie}`);
  if (req.url?.includes('missing')) res.statusCode = 404;
  res.end(req.headers.cookie);
};

/** `B` if bob got the body of ada, `S` her cookie. */
async function leaked(profile: number, says: Says, path: string): Promise<string> {
  behind = await behindCache(profile, personal(says, true));
  await behind.ask(path, { cookie: 'ada' });
  const bob = await behind.ask(path, { cookie: 'bob' });
  await behind.close();
  const cookie = header(bob, 'set-cookie');
  return `${bob.answer?.body.toString() === 'ada' ? 'B' : ''}${cookie === 'sid=ada' ? 'S' : ''}` || '-';
}

/** Of each profile: to whom nothing is said, private, no-cache, public, public with Vary, private="", a file, a 404. */
const TABLE: Readonly<Record<number, string>> = {
  1: '- - - BS - - - -',
  2: 'BS BS BS BS BS BS BS BS',
  3: '- - - BS - - - -',
  4: '- - - - - - - -',
  5: '- - - BS BS - - -',
  6: 'B B B B B B B -',
  7: '- - - - - - BS -',
  8: 'BS BS BS BS BS BS BS -',
  9: 'BS - - BS - - BS BS',
  10: 'BS - - BS - BS BS BS',
  11: '- - - BS - - - -',
  12: '- - - - - - - -',
  13: 'BS BS BS BS BS BS BS -',
};

it.each(CACHE_PROFILES.map(({ number, name }) => [number, name] as const))('%d %s', async (number) => {
  const cells: string[] = [];
  for (const says of Object.keys(SAYS) as Says[]) cells.push(await leaked(number, says, '/page'));
  cells.push(await leaked(number, 'nothing', '/page.css'), await leaked(number, 'nothing', '/missing'));
  expect(cells.join(' ')).toBe(TABLE[number]);
});

it('numbers them from 1 to 13, under names of their own', () => {
  expect(CACHE_PROFILES.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(new Set(CACHE_PROFILES.map(({ name }) => name)).size).toBe(13);
  expect(CACHE_PROFILES.filter(({ heedsOrigin }) => !heedsOrigin).map(({ number }) => number)).toEqual([
    2, 6, 7, 8, 13,
  ]);
});

describe('4 default-on', () => {
  it('keeps what says nothing, if it sets no cookie', async () => {
    behind = await behindCache(4, personal('nothing', false));
    await behind.get('/', { cookie: 'ada' });
    expect(await behind.get('/', { cookie: 'bob' })).toBe('200 ada');
  });
});

describe('2 min-ttl', () => {
  it('lasts a second, and takes no notice of queries and of the method HEAD', async () => {
    behind = await behindCache(2, personal('private, no-store', false));
    await behind.get('/?user=ada', { cookie: 'ada' }, 'HEAD');
    expect(await behind.get('/?user=bob', { cookie: 'bob' })).toBe('200 ada');
    behind.pass(1);
    expect(await behind.get('/?user=bob', { cookie: 'bob' })).toBe('200 bob');
  });
});

describe('3 collapse', () => {
  const together = async (says: Says): Promise<string[]> => {
    behind = await behindCache(3, personal(says, true));
    // With nothing to share, waiting for a second one would be waiting for ever.
    behind.cache.gather(2);
    const answers = await Promise.all(['ada', 'bob'].map((cookie) => behind.ask('/', { cookie })));
    return answers.map((exchange) => `${exchange.answer?.body} ${header(exchange, 'set-cookie')}`).sort();
  };

  it.each<Says>(['nothing', 'no-cache', 'public, max-age=60'])('shares what says %s', async (says) => {
    const [one, other] = await together(says);
    expect(one).toBe(other);
  });

  it.each<Says>(['private, no-store', 'public and Vary'])('gives each his own of what says %s', async (says) => {
    expect(await together(says)).toEqual(['ada sid=ada', 'bob sid=bob']);
  });
});

describe('11 stale-on-error', () => {
  const stale = async (says: Says): Promise<string> => {
    behind = await behindCache(11, personal(says, false));
    await behind.get('/', { cookie: 'ada' });
    behind.pass(61);
    behind.cache.cutOff(true);
    return behind.get('/', { cookie: 'bob' });
  };

  it('gives what it has while the origin is away', async () => {
    expect(await stale('nothing')).toBe('200 ada');
  });

  it.each<Says>(['private, no-store', 'no-cache', 'public and Vary'])('but not what says %s', async (says) => {
    expect(await stale(says)).toMatch(/^502 /);
  });

  it('gives it in place of a 500 too', async () => {
    behind = await behindCache(11, (req, res) => {
      if (req.headers.cookie === 'bob') res.statusCode = 500;
      res.end(req.headers.cookie);
    });
    await behind.get('/', { cookie: 'ada' });
    expect(await behind.get('/', { cookie: 'bob' })).toBe('200 ada');
  });
});

describe('12 cookie-key', () => {
  it('gives strangers what was answered to a cookie that came twice', async () => {
    behind = await behindCache(12, personal('nothing', false));
    await behind.get('/', { cookie: 'sid=ada; sid=old' });
    expect(await behind.get('/', {})).toBe('200 sid=ada; sid=old');
  });

  it('tells cookies that come once apart', async () => {
    behind = await behindCache(12, personal('nothing', false));
    await behind.get('/', { cookie: 'sid=ada' });
    expect(await behind.get('/', { cookie: 'sid=bob' })).toBe('200 sid=bob');
  });
});
