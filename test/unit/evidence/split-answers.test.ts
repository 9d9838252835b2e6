import { splitAnswers } from '../../../lib/evidence/split-answers.js';

const split = (text: string, methods: readonly string[], ended = false) => {
  const { answers, rest } = splitAnswers(Buffer.from(text, 'latin1'), methods, ended);
  return [answers.map(({ status, body }) => `${status} ${body.toString('latin1')}`), rest.toString('latin1')];
};

it.each([
  [
    'lengths',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n',
    ['200 ab', '404 '],
  ],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n', ['200 abc']],
  ['trailers', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n', ['200 a']],
  ['interim responses', 'HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n', ['204 ']],
])('reads %s', (_name, text, expected) => {
  expect(split(text, ['GET', 'GET'])).toEqual([expected, '']);
});

it('knows that HEAD, 204 and 304 have no body', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
  const unchanged = 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n';
  expect(split(head + unchanged, ['HEAD', 'GET'])).toEqual([['200 ', '304 '], '']);
});

it('takes a body without a length to the end of the connection', () => {
  const text = 'HTTP/1.1 200 OK\r\n\r\nall of it';
  expect(split(text, ['GET'])).toEqual([[], text]);
  expect(split(text, ['GET'], true)).toEqual([['200 all of it'], '']);
});

it.each(['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', 'garbage\r\n\r\n'])(
  'leaves over what is no whole response: %j',
  (text) => expect(split(text, ['GET'])).toEqual([[], text]),
);
