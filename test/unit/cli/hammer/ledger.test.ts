import { Ledger } from '../../../../lib/cli/hammer/ledger.js';
import type { Exchange } from '../../../../lib/evidence/exchange.js';

const SESSION = 'abcdefghijklmnopqrstuvwx';

/** An answer that gives cookies to somebody who sent some. */
function exchange(asker: string | null, given: readonly string[], sent = ''): Exchange {
  return {
    asker,
    origin: 'http://127.0.0.1',
    question: { method: 'GET', path: '/', headers: sent === '' ? [] : [['Cookie', sent]] },
    answer: { status: 200, headers: given.map((line) => ['Set-Cookie', line] as const), body: Buffer.alloc(0) },
    failure: null,
    startedAt: 0,
    endedAt: 0,
    connection: 1,
  };
}

/** Ada and bob are logged in. */
function ledger(): Ledger {
  const book = new Ledger();
  expect(book.take(exchange('ada', [`sid=ada-${SESSION}; Path=/`]))).toEqual([]);
  expect(book.take(exchange('bob', [`sid=bob-${SESSION}; Path=/`]))).toEqual([]);
  return book;
}

it('knows whose a cookie is that another is given', () => {
  expect(ledger().take(exchange('bob', [`sid=ada-${SESSION}; Path=/`]))).toEqual([
    { name: 'sid', value: `ada-${SESSION}`, owner: 'ada' },
  ]);
  expect(ledger().take(exchange(null, [`sid=ada-${SESSION}`]))).toMatchObject([{ owner: 'ada' }]);
});

it('takes no notice of what is given again to its owner, of deletions, and of short values', () => {
  const book = ledger();
  expect(book.take(exchange('ada', [`sid=ada-${SESSION}`]))).toEqual([]);
  expect(book.take(exchange('ada', ['sid=; Max-Age=0', 'lang=en']))).toEqual([]);
  expect(book.take(exchange('bob', ['sid=; Max-Age=0', 'lang=en']))).toEqual([]);
});

it('takes no notice of a cookie that is the same for everybody', () => {
  const book = ledger();
  const consent = 'consent=accepted-on-2026-11-25';
  for (const asker of ['ada', 'bob', null]) expect(book.take(exchange(asker, [consent]))).toEqual([]);
  expect(book.wornIn(exchange('bob', [], consent))).toBeUndefined();
});

it('knows who sends the cookie of another, and that a renewal of it is no further gift', () => {
  const book = ledger();
  expect(book.wornIn(exchange('bob', [], `theme=dark; sid=ada-${SESSION}`))).toBe('ada');
  expect(book.wornIn(exchange('bob', [], `sid=bob-${SESSION}`))).toBeUndefined();
  expect(book.take(exchange('bob', [`sid=ada-${SESSION}`], `sid=ada-${SESSION}`))).toEqual([]);
});

it('follows ids that change: the new one is of whoever it was given to', () => {
  const book = ledger();
  expect(book.take(exchange('ada', [`sid=new-${SESSION}`]))).toEqual([]);
  expect(book.take(exchange('bob', [`sid=new-${SESSION}`]))).toMatchObject([{ owner: 'ada' }]);
});
