/** The packed package, used as people use it: import and require(), Express 4, Express 5, Connect. */
import { type App, runProgram } from './packed.js';
import { BOTH, COMMONJS, ESM, WITHOUT_DRIVER } from './programs.js';

/** Nobody, login, somebody, logout, nobody. */
const VISITED = [401, 200, expect.objectContaining({ id: 'ada', traits: { name: 'ADA' } }), 200, 401];
const EVERYWHERE = { express: VISITED, express4: VISITED, connect: VISITED };

async function reportOf(app: App, name: string, program: string): Promise<unknown> {
  const { code, stdout, stderr } = await runProgram(app, name, program);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

it('serves Express 4, Express 5 and Connect from an ES module', async () => {
  expect(await reportOf('app', 'visit.mjs', ESM('memory()'))).toEqual(EVERYWHERE);
});

it('serves them from CommonJS by require()', async () => {
  expect(await reportOf('app', 'visit.cjs', COMMONJS)).toEqual(EVERYWHERE);
});

it('serves them from SQLite where libsql is installed', async () => {
  const program = ESM("optional.sqlite('./sessions.db')");
  expect(await reportOf('app-with-libsql', 'sqlite.mjs', program)).toEqual(EVERYWHERE);
});

it('loads without libsql; only sqlite() says that it is missing, and how to install it', async () => {
  expect(await reportOf('app', 'driver.mjs', WITHOUT_DRIVER)).toEqual({
    name: 'ConfigurationError',
    code: 'ERR_INVALID_OPTION',
    message: expect.stringContaining('npm install libsql'),
  });
});

it('is one copy, imported or required', async () => {
  expect(await reportOf('app', 'both.mjs', BOTH)).toBe(true);
});
