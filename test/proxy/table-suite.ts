/** The guard's table behind one well-behaved cache: with swapproof in front nothing of the app goes astray, row by row. */
import { cookieJar } from '../../lib/testing/browser/cookie-jar.js';
import { type CacheKind, startCache } from '../helpers/caches.js';
import { send } from '../helpers/send.js';
import type { Service } from '../helpers/services.js';
import { type Astray, askIn } from './astray.js';
import { type Front, type Person, ROWS, type Row } from './table.js';
import { SESSION, startTableOrigin, type TableOrigin } from './table-app.js';
import { shortWaysOf, type Way, waysOf } from './ways.js';

type Cookies = Readonly<Partial<Record<Person, string>>>;

const ATTEMPTS = 5;

export function tableSuite(cache: CacheKind): void {
  let origin: TableOrigin;
  let service: Service;
  let sessions: Readonly<Record<Front, Cookies>>;

  beforeAll(async () => {
    origin = await startTableOrigin();
    service = await startCache(cache, 'good', origin.port);
    const named = { ada: `${SESSION}=ada`, bob: `${SESSION}=bob` };
    sessions = { bare: named, guard: named, kit: await logIn(service.port) };
  });

  afterAll(async () => {
    await service?.stop();
    await origin?.close();
  });

  const ask = (row: Row, front: Front, ways = waysOf(row), attempt = 1) =>
    askIn(ways, { port: service.port, origin, front, row, sessions: sessions[front], attempt });

  async function givesAway(row: Row, ways: readonly Way[], attempt: number): Promise<boolean> {
    const { pages, cookies } = gone(await ask(row, 'bare', ways, attempt), row.personal);
    return pages.length + cookies.length > 0;
  }

  /** What is kept for a second needs a machine that is not too slow, hence the attempts. */
  async function givesAwayAtLast(row: Row): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (await givesAway(row, shortWaysOf(row), attempt)) return true;
    }
    return false;
  }

  it.each(ROWS.map((row) => ({ ...row, record: row })))('row $row, $title', async ({ record }) => {
    const { reads = false, personal, leaks, kept, refusedBy = [] } = record;
    const { fronts = reads ? (['kit'] as const) : (['guard', 'kit'] as const) } = record;
    const asked = await Promise.all(fronts.map(async (front) => [front, await ask(record, front)] as const));
    for (const [front, astray] of asked) {
      expect({ front, ...gone(astray, personal) }).toEqual({ front, pages: [], cookies: [] });
      expect(astray.answered).toBe(!refusedBy.includes(cache.name));
      // What is everybody's stays in the caches, or sending nothing at all would do.
      if (kept) expect({ front, kept: astray.kept }).toEqual({ front, kept: kept.includes(cache.name) });
    }
    if (reads) return;
    // The same without swapproof: whether this cache has anything to give away here.
    if (leaks.includes(cache.name)) expect(await givesAwayAtLast(record)).toBe(true);
    else expect(await givesAway(record, waysOf(record), 1)).toBe(false);
  });
}

function gone({ pages, cookies }: Astray, personal: Row['personal']): Pick<Astray, 'pages' | 'cookies'> {
  return { pages: personal === 'page' ? pages : [], cookies };
}

async function logIn(port: number): Promise<Cookies> {
  const people = ['ada', 'bob'] as const;
  const cookies = people.map(async (who) => {
    const { status, setCookies } = await send(port, 'POST', `/kit/login/${who}`, { 'Sec-Fetch-Site': 'same-origin' });
    if (status !== 200) throw new Error(`The login of ${who} answered ${status}.`);
    const jar = cookieJar();
    for (const line of setCookies) jar.store(line, '/');
    return [who, jar.header('/')] as const;
  });
  return Object.fromEntries(await Promise.all(cookies));
}
