/** From what was typed to options: files as spreadsheets write them, and nothing secret in what repeats the run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionsOf, routeOf, type Typed } from '../../../../lib/cli/hammer/typed.js';
import { usersOfFile } from '../../../../lib/cli/hammer/users.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';

const folder = mkdtempSync(join(tmpdir(), 'swapproof-typed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, 'users.csv');
  writeFileSync(file, text);
  return file;
}

const TYPED: Typed = {
  user: ['ada:s3cret', 'bob:s3cret'],
  jar: [],
  route: [],
  mark: [],
  fields: 'username,password',
};

it.each([
  ['plain lines', 'ada,one\nbob,two\n'],
  ['a mark in front of UTF-8', '\uFEFFada,one\r\nbob,two\r\n'],
  ['a heading', '\uFEFFName,Password\nada,one\nbob,two'],
  ['quotes', '"ada","one"\n"bob","two"\n'],
])('reads users from a file with %s', async (_what, text) => {
  const users = await usersOfFile(fileOf(text));
  expect(users.map(({ name, password }) => [name, password])).toEqual([
    ['ada', 'one'],
    ['bob', 'two'],
  ]);
});

it('takes a user called user for a user', async () => {
  const users = await usersOfFile(fileOf('user,one\nbob,two\n'));
  expect(users.map(({ name }) => name)).toEqual(['user', 'bob']);
});

it.each(['localhost:3000/account', 'ftp://127.0.0.1/', '/account'])('says that %s is no URL', async (url) => {
  await expect(optionsOf(url, TYPED, recordedConsole())).rejects.toThrow(
    `${url} is no URL. Give one with http:// or https://`,
  );
});

it('repeats the run by a command without passwords and tokens', async () => {
  const typed = {
    ...TYPED,
    login: '/login?invite=s1d&key=k3y',
    route: ['POST /pay pin=1234&to=bob', 'POST /api {"token":"t0ken"}', '/a?session=s1d'],
  };
  const { replay } = await optionsOf('http://127.0.0.1/?token=t0ken', typed, recordedConsole());
  const command = replay('s1');
  expect(command).not.toMatch(/s3cret|1234|t0ken|session=s1d|k3y/);
  expect(command).toMatch(/--user ada --user bob --route 'POST \/pay pin=sha256%3A\w{12}&to=bob'/);
});

it('names a route without its tokens', () => {
  expect(routeOf('/a?token=t0ken&b=1', '--route').label).toMatch(/^GET \/a\?token=sha256:\w{12}&b=1$/);
  expect(routeOf('/a?token=t0ken', '--route').path).toBe('/a?token=t0ken');
});
