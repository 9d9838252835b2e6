import {
  type Report,
  type RunnerFunctions,
  type SuiteOptions,
  type SwapSuiteOptions,
  swapSuite,
} from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

/** A runner that is asked to run later: what it was given, in order. */
function recordingRunner() {
  const suites: string[] = [];
  const tests: { name: string; run: () => Promise<void> }[] = [];
  const after: (() => Promise<void>)[] = [];
  const runner: RunnerFunctions = {
    describe: (name, register) => {
      suites.push(name);
      register();
    },
    it: (name, run) => tests.push({ name, run }),
    afterAll: (run) => after.push(run),
  };
  const outcomes = async () => {
    const results: { name: string; error: Error | null }[] = [];
    for (const { name, run } of tests) {
      results.push({
        name,
        error: await run().then(
          () => null,
          (error: Error) => error,
        ),
      });
    }
    for (const run of after) await run();
    return results;
  };
  return { runner, suites, tests, outcomes };
}

const options = (parts: Partial<SwapSuiteOptions> = {}): SwapSuiteOptions => ({
  app: () => smallApp(),
  login: '/login',
  whoami: '/whoami',
  routes: ['/account'],
  mechanisms: ['M6'],
  onReport: () => {},
  ...parts,
});

/** A page that is kept by nothing at all. */
function everybodysPage() {
  let page: string | undefined;
  return smallApp({
    account: (req, res) => {
      page ??= `account of ${req.session.user}`;
      res.send(page);
    },
  });
}

it('registers a test for each experiment as it is called, and passes with an ordinary app', async () => {
  const { runner, suites, tests, outcomes } = recordingRunner();
  const reports: Report[] = [];
  swapSuite(options({ runner, onReport: (report) => reports.push(report) }));
  expect(suites).toEqual(['no one gets the session of another']);
  expect(tests.map(({ name }) => name)).toEqual([
    'logs two people in and tells them apart',
    expect.stringMatching(/^the same page for two people and a stranger in turn \(.*M6/),
  ]);
  expect((await outcomes()).filter(({ error }) => error !== null)).toEqual([]);
  expect(reports).toMatchObject([{ ok: true }]);
});

it('fails with a bug report', async () => {
  const { runner, outcomes } = recordingRunner();
  swapSuite(options({ runner, app: () => everybodysPage() }));
  const [failed] = (await outcomes()).filter(({ error }) => error !== null);
  expect(failed?.name).toMatch(/in turn/);
  expect(failed?.error?.message).toMatch(
    /Sessions are swapped\.\n1\. bob was given what is ada's[\s\S]*resembles[\s\S]*prevent[\s\S]*curl --include/,
  );
});

it('fails in each test with the reason if nobody can log in', async () => {
  const { runner, outcomes } = recordingRunner();
  swapSuite(options({ runner, login: { path: '/login', form: () => ({}) } }));
  for (const { error } of await outcomes()) expect(error?.message).toMatch(/ada could not log in/);
});

it('says what was not covered, unless it is given to somebody', async () => {
  const { runner, outcomes } = recordingRunner();
  const write = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    let logins = 0;
    const login: SuiteOptions['login'] = (person) =>
      ++logins > 5 ? new Promise(() => {}) : person.post('/login', { who: person.user.username, pw: 'x', csrf: 'c' });
    const { onReport: _silent, ...talking } = options({ runner, mechanisms: ['M6'], login, deadline: 2_000 });
    swapSuite(talking);
    await outcomes();
    expect(write.mock.calls.join('')).toMatch(/swapproof: not covered: the same page .*the deadline had passed/);
  } finally {
    write.mockRestore();
  }
});

it('refuses wrong options where it is called', () => {
  const { runner } = recordingRunner();
  expect(() => swapSuite(options({ runner, routes: [] }))).toThrow(/routes must name at least one/);
});

// And as any project has it: with the runner that is there.
swapSuite(options({ name: 'with the runner that is there' }));
