import { linesOfJar } from '../../../../lib/cli/hammer/curl-jar.js';
import { cookieJar } from '../../../../lib/testing/browser/cookie-jar.js';

const HEADER = '# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n';
const line = (...fields: string[]) => `${fields.join('\t')}\n`;

it('reads what curl writes', () => {
  const text =
    HEADER +
    line('#HttpOnly_127.0.0.1', 'FALSE', '/', 'FALSE', '0', 'sid', 's%3Aabc.def=') +
    line('127.0.0.1', 'FALSE', '/account', 'FALSE', '4102444800', 'theme', 'dark');
  const lines = linesOfJar(text, '127.0.0.1') ?? [];
  expect(lines).toEqual([
    'sid=s%3Aabc.def=; Path=/; HttpOnly',
    'theme=dark; Path=/account; Expires=Fri, 01 Jan 2100 00:00:00 GMT',
  ]);
  const jar = cookieJar();
  for (const one of lines) jar.store(one, 'http://127.0.0.1:3000');
  expect(jar.header('http://127.0.0.1:3000/account')).toBe('theme=dark; sid=s%3Aabc.def=');
});

it('keeps cookies of a domain and what may only go over TLS as such, and leaves other hosts out', () => {
  const text =
    line('.example.com', 'TRUE', '/', 'TRUE', '0', 'a', '1') +
    line('example.com', 'FALSE', '/', 'FALSE', '0', 'b', '2') +
    line('other.com', 'TRUE', '/', 'FALSE', '0', 'c', '3');
  expect(linesOfJar(text, 'app.example.com')).toEqual(['a=1; Path=/; Domain=example.com; Secure']);
  expect(linesOfJar(text, 'example.com')).toEqual(['a=1; Path=/; Domain=example.com; Secure', 'b=2; Path=/']);
});

it('takes line ends of Windows and an empty jar, and answers null for what is no jar', () => {
  expect(
    linesOfJar(line('localhost', 'FALSE', '/', 'FALSE', '0', 'a', '1').replace('\n', '\r\n'), 'localhost'),
  ).toEqual(['a=1; Path=/']);
  expect(linesOfJar(HEADER, 'localhost')).toEqual([]);
  expect(linesOfJar('name,password\nada,secret\n', 'localhost')).toBeNull();
});
