/** The command `swapproof hammer`, without a process of its own. */
import { writeFileSync } from 'node:fs';
import { runCommandLine } from '../../../../lib/cli/commands/program.js';
import { optionsOf, type Typed } from '../../../../lib/cli/hammer/typed.js';
import { served } from '../../../helpers/hammered.js';
import { recordedConsole } from '../../../helpers/recorded-console.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';
import { loginApp, requireUser, userOf } from '../../../twins/login-app.js';

jest.setTimeout(60_000);
const folder = temporaryFolder();
const file = (name: string, text: string) => {
  const path = folder(name);
  writeFileSync(path, text);
  return path;
};

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const console = recordedConsole(environment);
  const code = await runCommandLine(['hammer', ...args], console);
  return { code, ...console.printed };
}

const URL_OF_NOBODY = 'http://127.0.0.1:1/account';
const NONE: Typed = { user: [], jar: [], route: [], mark: [], fields: 'username,password' };
const read = (typed: Partial<Typed>, environment = {}) =>
  optionsOf('http://127.0.0.1:3000/account?a=1', { ...NONE, ...typed }, { ...recordedConsole(), environment });

describe('what is typed', () => {
  it('takes users of a file, with a heading or without, with quotes and further marks', async () => {
    const users = file('users.csv', 'name,password,mail\nada,"pass,""word""",ada@example.com\n\nbob,secret\n');
    expect((await read({ users })).users).toEqual([
      { name: 'ada', password: 'pass,"word"', cookies: null, marks: ['ada@example.com'] },
      { name: 'bob', password: 'secret', cookies: null, marks: [] },
    ]);
  });

  it('takes passwords out of the environment', async () => {
    const environment = { SWAPPROOF_PASSWORD_ADA_X_Y: 'hers', SWAPPROOF_PASSWORD: 'shared' };
    const { users } = await read({ user: ['ada@x.y', 'bob', 'cai:typed:it'] }, environment);
    expect(users.map(({ name, password }) => [name, password])).toEqual([
      ['ada@x.y', 'hers'],
      ['bob', 'shared'],
      ['cai', 'typed:it'],
    ]);
  });

  it('takes cookie jars, and marks for the users that they are named after', async () => {
    const jar = ['ada', 'bob'].map((name) => file(`${name}.txt`, `127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tof-${name}\n`));
    const { users, login } = await read({ jar, mark: ['ada=Ada Lovelace'] });
    expect(login).toEqual({ kind: 'cookies' });
    expect(users[0]).toEqual({ name: 'ada', password: null, cookies: ['sid=of-ada; Path=/'], marks: ['Ada Lovelace'] });
  });

  it('takes routes with bodies; the path of the URL is the route where none is given, the first route whoami', async () => {
    const user = ['ada:a', 'bob:b'];
    expect((await read({ user })).routes).toEqual([
      { label: 'GET /account?a=1', method: 'GET', path: '/account?a=1', headers: [] },
    ]);
    const { routes, whoami } = await read({ user, route: ['POST /notes text=a b', 'POST /api {"a":1}', '/me'] });
    expect(routes.map(({ headers, body }) => [headers[0]?.[1], body])).toEqual([
      ['application/x-www-form-urlencoded', 'text=a b'],
      ['application/json', '{"a":1}'],
      [undefined, undefined],
    ]);
    expect(whoami.label).toBe('GET /me');
  });

  it('loads a module that logs in', async () => {
    const loginModule = file('login.cjs', 'module.exports = async () => ({ cookie: "a=1" });');
    const { login } = await read({ user: ['ada:a', 'bob:b'], loginModule });
    expect(login).toMatchObject({ kind: 'module', logIn: expect.any(Function) });
  });

  it('repeats itself without a password', async () => {
    const { replay } = await read(
      { user: ['ada:hers', 'bob'], route: ["POST /it's x=1"], direct: false },
      { SWAPPROOF_PASSWORD: 'x' },
    );
    expect(replay('abc')).toBe(
      `npx swapproof hammer 'http://127.0.0.1:3000/account?a=1' --user ada --user bob --route 'POST /it'\\''s x=1' --seed abc --no-direct`,
    );
  });
});

it.each<[string, readonly string[], RegExp]>([
  ['nobody', [], /^swapproof: Say who logs in: --users/],
  ['a user without a password', ['--user', 'ada'], /put the password into SWAPPROOF_PASSWORD_ADA/],
  ['a file that is not there', ['--users', 'none.csv'], /--users none\.csv can't be read \(ENOENT\)/],
  ['jars and users', ['--user', 'ada:x', '--jar', 'a.txt'], /leave out --user and --users/],
  ['two ways to log in', ['--user', 'ada:x', '--login', '/a', '--login-json', '/b'], /Give one of --login,/],
  ['one field', ['--user', 'ada:x', '--fields', 'mail'], /names of two fields/],
  ['a login that is no path', ['--user', 'ada:x', '--login', 'login'], /must begin with a slash/],
  ['a module that is not there', ['--user', 'ada:x', '--login-module', 'none.mjs'], /none\.mjs can't be loaded/],
  ['a route that is none', ['--user', 'ada:x', '--route', 'account'], /--route account: give a path/],
  ['a mark of nobody', ['--user', 'ada:x', '--mark', 'bob=Bob'], /--mark bob=Bob: give a user/],
  ['one user', ['--user', 'ada:x'], /takes two users/],
  ['a host that is away', ['--user', 'ada:x', '--user', 'bob:y'], /127\.0\.0\.1:1 does not answer/],
  ['too many browsers', ['--browsers', '1000'], /whole number from 1 to 64/],
  ['a mistyped option', ['--usres', 'x'], /Did you mean --users/],
])('answers 2 for %s, and says what to do', async (_what, args, message) => {
  const { code, out, err } = await run([URL_OF_NOBODY, ...args]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});

it('asks no other machine, unless its owner says so', async () => {
  const { code, err } = await run(['http://192.0.2.1/', '--user', 'ada:x', '--user', 'bob:y']);
  expect([code, err]).toEqual([2, expect.stringContaining('Add --i-own-this-host')]);
});

describe('with an app', () => {
  async function app(give: (own: string | undefined, first: string | undefined) => string | undefined) {
    let first: string | undefined;
    const made = loginApp();
    made.get('/account', requireUser as never, (req, res) => {
      first ??= userOf(req);
      res.send(`<h1>${give(userOf(req), first)}</h1>`);
    });
    return served(made);
  }
  const users = [
    '--user',
    'ada-x7:a',
    '--user',
    'bob-q3:b',
    '--whoami',
    '/whoami',
    '--requests',
    '60',
    '--seed',
    'abc',
  ];

  it('answers 0 and a clean report, and nothing on stderr', async () => {
    const { origin, close } = await app((own) => own);
    const { code, out, err } = await run([`${origin}/account`, ...users, '--json']);
    await close();
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      tool: 'hammer',
      verdict: 'clean',
      seed: 'abc',
      people: ['ada-x7', 'bob-q3'],
    });
  });

  it('answers 1 and who got what of whom', async () => {
    const { origin, close } = await app((_own, first) => first);
    const { code, out } = await run([`${origin}/account`, ...users]);
    await close();
    expect(code).toBe(1);
    expect(out).toMatch(/^Swapped: Sessions are swapped: bob-q3 was given what is ada-x7's by GET \/account\s\(M6\)/);
    expect(out).toContain('--seed abc');
  });

  it('answers 3 and what was seen so far after Ctrl-C', async () => {
    const { origin, close } = await app((own) => own);
    const console = recordedConsole();
    const onInterrupt = (act: () => void) => {
      act();
      return () => {};
    };
    const code = await runCommandLine(['hammer', `${origin}/account`, ...users], { ...console, onInterrupt });
    await close();
    expect([code, console.printed.out]).toEqual([3, expect.stringMatching(/^Cannot tell: The run was interrupted\./)]);
  });
});

it('has a help of 80 columns that names every option', async () => {
  const { code, out, err } = await run(['--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const option of ['--users', '--jar', '--login-module', '--i-own-this-host', '--html'])
    expect(out).toContain(option);
});
