/** Packs the package once for all tests of this folder: built in a folder of its own, so that no run meets another. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const NEEDED = ['package.json', 'tsconfig.json', 'lib', 'docs', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** What an app installs beside swapproof, with types, and what docs/ uses. Not libsql: it is optional. */
const APP_DEPENDENCIES = [
  'connect',
  'express',
  'express4',
  'passport',
  'passport-local',
  'passport-oauth2',
  'supertest',
  'typescript',
  '@types/connect',
  '@types/express',
  '@types/node',
];

export default function pack(): void {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-package-'));
  process.env.SWAPPROOF_PACKED = folder;
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const name of NEEDED) cpSync(name, join(source, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(source, 'node_modules'));
  // Without checks, which `npm run typecheck` makes: the same files in half the time.
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noCheck'], source);
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], source);
  renameSync(join(folder, tarballIn(folder)), join(folder, 'packed.tgz'));
  for (const app of ['app', 'app-with-libsql']) install(join(folder, app), folder);
  link('libsql', join(folder, 'app-with-libsql'));
}

function tarballIn(folder: string): string {
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack left no tarball');
  return name;
}

/** An app's folder with the unpacked package and, of all that is installed here, only what the package asks for. */
function install(app: string, folder: string): void {
  const target = join(app, 'node_modules', 'swapproof');
  mkdirSync(target, { recursive: true });
  run('tar', ['-xzf', join(folder, 'packed.tgz'), '--strip-components=1', '-C', target], folder);
  for (const name of [...runtimeDependencies(target), ...APP_DEPENDENCIES]) link(name, app);
}

function runtimeDependencies(target: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  return Object.keys(dependencies);
}

function link(name: string, app: string): void {
  const path = join(app, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(resolve('node_modules', name), path);
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
