/** The folder of somebody's sources: which suite it is, and whether it can be run. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUITES, type Suite } from './worlds.js';

export interface Checkout {
  /** As `express 5.2.1`. */
  readonly title: string;
  readonly path: string;
  readonly suite: Suite;
}

/** @throws Error that says what is missing. */
export function openCheckout(path: string): Checkout {
  const file = join(path, 'package.json');
  if (!existsSync(file)) throw new Error(`${path} has no package.json. Name the folder of a checkout.`);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  const title = `${name} ${version}`;
  const suite = SUITES.find((known) => known.package === name && version.startsWith(`${known.major}.`));
  if (!suite) throw new Error(`${path} is ${title}. Known are ${SUITES.map(nameOf).join(', ')}.`);
  if (!existsSync(join(path, 'test')))
    throw new Error(`${path} has no tests. Use the sources, not the package on npm.`);
  if (!existsSync(join(path, 'node_modules'))) throw new Error(`Run npm install in ${path} first.`);
  prepare(path, suite);
  return { title, path, suite };
}

function prepare(path: string, { prepare }: Suite): void {
  if (!prepare || existsSync(join(path, prepare.makes))) return;
  execFileSync('sh', [prepare.script], { cwd: path, stdio: 'ignore' });
}

function nameOf({ package: name, major }: Suite): string {
  return `${name} ${major}`;
}
