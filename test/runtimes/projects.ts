/** Projects in a temporary folder that have installed the packed package, and the versions of Node to run them with. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Absolute path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder]);
  return join(folder, stdout.trim());
}

/** npm's package of that name has the binary; its version is asked, so that the table can say it. */
export async function installNode(
  folder: string,
  major: string,
): Promise<{ readonly binary: string; readonly version: string }> {
  const home = join(folder, `node-${major}`);
  await install(home, [`node@${major}`], false);
  const binary = join(home, 'node_modules/node/bin/node');
  const { stdout } = await run(binary, ['--version']);
  return { binary, version: stdout.trim() };
}

/** @param packages beside those that the cases import */
export async function installProject(
  folder: string,
  name: string,
  tarball: string,
  packages: readonly string[],
): Promise<string> {
  const project = join(folder, name);
  await install(project, [tarball, 'express@5', 'express-session@1', 'fast-check@4', ...packages], true);
  cpSync('test/runtimes/cases.mjs', join(project, 'cases.test.mjs'));
  writeFileSync(join(project, 'jest.config.json'), JSON.stringify({ transform: {}, testMatch: ['**/*.test.mjs'] }));
  writeFileSync(join(project, 'vitest.config.mjs'), "export default { test: { include: ['*.test.mjs'] } };\n");
  return project;
}

/** `node` fetches its binary in a script of its own; nobody else's scripts are run. */
async function install(prefix: string, packages: readonly string[], ignoreScripts: boolean): Promise<void> {
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const quiet = [
    '--silent',
    '--no-audit',
    '--no-fund',
    '--engine-strict=false',
    ...(ignoreScripts ? ['--ignore-scripts'] : []),
  ];
  await run('npm', ['install', '--prefix', prefix, ...quiet, ...packages], { cwd: prefix });
}
