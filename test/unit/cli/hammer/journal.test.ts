/** The last page of each user, in bounded memory. */
import { Journal } from '../../../../lib/cli/hammer/journal.js';
import type { Exchange } from '../../../../lib/evidence/exchange.js';

const MEBIBYTE = Buffer.alloc(1024 * 1024);

function page(path: string): Exchange {
  return {
    asker: 'ada',
    origin: 'http://127.0.0.1',
    question: { method: 'GET', path, headers: [] },
    answer: { status: 200, headers: [], body: MEBIBYTE },
    failure: null,
    startedAt: 0,
    endedAt: 0,
    connection: 1,
  };
}

it('forgets the oldest pages beyond 128 MiB, and counts one that came again once', () => {
  const journal = new Journal();
  const pages = Array.from({ length: 129 }, (_none, index) => page(`/${index}`));
  for (let round = 0; round < 3; round++) for (const one of pages.slice(0, 128)) journal.add(one);
  expect(journal.pageOf('ada', page('/0'))).toBeDefined();
  journal.add(pages[128] as Exchange);
  expect([0, 1, 128].map((index) => journal.pageOf('ada', page(`/${index}`)) !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
});
