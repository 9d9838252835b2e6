import { randomBytes } from 'node:crypto';
import { warningsOf } from '../../../../lib/cli/doctor/page-warnings.js';
import { sessionCookiesOf } from '../../../../lib/cli/doctor/session-cookies.js';
import type { Exchange, HeaderLine } from '../../../../lib/evidence/exchange.js';
import { shown } from '../../../../lib/evidence/shown.js';

const RANDOM = randomBytes(16).toString('hex');

function answered(...headers: HeaderLine[]): Exchange {
  return {
    asker: 'first browser',
    origin: 'https://app.test',
    question: { method: 'GET', path: '/', headers: [] },
    answer: { status: 200, headers, body: Buffer.alloc(0) },
    failure: null,
    startedAt: 0,
    endedAt: 1,
    connection: 1,
  };
}

const cookies = (...lines: string[]) =>
  sessionCookiesOf(answered(...lines.map((line): HeaderLine => ['Set-Cookie', line]))).map(({ name }) => name);

it('takes a value that nobody could guess for that of a session', () => {
  expect(cookies(`sid=${RANDOM}; Path=/`, `connect.sid=s%3A${RANDOM}`)).toEqual(['sid', 'connect.sid']);
});

it.each([
  ['a language', 'lang=en-GB'],
  ['a flag', 'seen=true'],
  ['a date', 'since=2026-11-25'],
  ['many of one letter', `fill=${'a'.repeat(200)}`],
  ['nothing', 'sid='],
  ['what is harmless by its name', `_ga=${RANDOM}`],
  ['what ends now', `sid=${RANDOM}; Max-Age=0`],
])('leaves out %s', (_what, line) => {
  expect(cookies(line)).toEqual([]);
});

const titles = (url: string, line: string) => {
  const exchange = answered(['Set-Cookie', line], ['Cache-Control', 'private']);
  return warningsOf([{ url: new URL(url), exchanges: [exchange, exchange] }], (one) => shown(one, 0)).map(
    ({ title }) => title,
  );
};

it('warns of a cookie that goes over http as well', () => {
  expect(titles('https://app.test/', `sid=${RANDOM}`)).toEqual(['the cookie sid is not Secure']);
  expect(titles('https://app.test/', `sid=${RANDOM}; Secure`)).toEqual([]);
  expect(titles('http://app.test/', `sid=${RANDOM}`)).toEqual([]);
});
