/** What is published: these files and no others, each import at home. */
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { isSourceFile, SyntaxKind } from 'typescript';
import { packageFolder } from './packed.js';
import { filesUnder, importsOf, nodesOf, resolveImport } from './source-files.js';

const root = packageFolder();
const files = filesUnder(root);
const modules = files.filter((file) => /^dist\/.*\.c?js$/.test(file));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

it('holds dist, docs and the five files that go with them', () => {
  const others = files.filter((file) => !/^dist\/.*\.(?:js|cjs|js\.map|cjs\.map|d\.ts|d\.cts)$/.test(file));
  const besideDocs = others.filter((file) => !/^docs\/[\w-]+\.md$/.test(file));
  expect(besideDocs).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  expect(modules.length).toBeGreaterThan(50);
});

it('has no file in dist that no source made', () => {
  const sources = filesUnder('lib').map((file) => `dist/${file.replace(/\.(c?)ts$/, '.$1js')}`);
  expect(modules.filter((file) => !sources.includes(file))).toEqual([]);
});

it('points to source maps that are there and hold their sources', () => {
  for (const file of modules) {
    const [, name = ''] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
    const map = JSON.parse(readFileSync(join(root, dirname(file), name), 'utf8'));
    expect({ file, sources: map.sourcesContent?.length }).toEqual({ file, sources: map.sources.length });
  }
});

it('resolves every relative import, in code and in types', () => {
  const exists = (file: string, specifier: string) => {
    const target = join(root, resolveImport(file, specifier));
    return existsSync(/\.d\.c?ts$/.test(file) ? target.replace(/\.(c?)js$/, '.d.$1ts') : target);
  };
  const code = files.filter((file) => /^dist\/.*(?:js|ts)$/.test(file));
  const broken = code.flatMap((file) =>
    importsOf(join(root, file))
      .filter((specifier) => specifier.startsWith('.') && !exists(file, specifier))
      .map((specifier) => `${file} -> ${specifier}`),
  );
  expect(broken).toEqual([]);
});

it('has every file that package.json exports', () => {
  const targets = Object.values<string | Record<string, string>>(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  );
  expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

/** What only the command line needs; an app that serves requests never loads it. */
const COMMAND_LINE = ['cli-progress', 'commander', 'eta', 'xmlbuilder'];
/** What only tests of apps need. */
const TESTING = ['fast-check', 'htmlparser2'];
/** What both need. */
const TOOLS = ['htmlparser2'];

it('needs at run time exactly the dependencies that package.json lists', () => {
  const dependencies = Object.keys(manifest.dependencies);
  const ofTheLibrary = dependencies.filter((name) => ![...COMMAND_LINE, ...TESTING].includes(name));
  expect(strangersOf(reachableFrom('dist/index.js'))).toEqual(ofTheLibrary.sort());
  expect(strangersOf(modules.filter((file) => file.startsWith('dist/cli/')))).toEqual(
    [...COMMAND_LINE, ...TOOLS].sort(),
  );
  expect(strangersOf(modules.filter((file) => file.startsWith('dist/testing/')))).toEqual(TESTING);
  expect(strangersOf(modules)).toEqual([...dependencies, ...Object.keys(manifest.peerDependencies)].sort());
});

it('has every command that package.json names, as a script that Node runs', () => {
  const commands = Object.values<string>(manifest.bin);
  const firstLines = commands.map((file) => readFileSync(join(root, file), 'utf8').split('\n', 1)[0]);
  expect(firstLines).toEqual(['#!/usr/bin/env node']);
});

it('loads no driver, no service tokens, no test tool and no command line with the main entry', () => {
  const reached = reachableFrom('dist/index.js');
  expect(reached.filter((file) => /^dist\/(?:testing|cli|stores\/sqlite|tokens)\//.test(file))).toEqual([]);
});

/** What watches any method of anything; no type that users see leads there. */
const INSIDE = 'dist/testing/inside/';

it('has no any in its types', () => {
  const types = files.filter((file) => /\.d\.c?ts$/.test(file) && !file.startsWith(INSIDE));
  const loose = types.filter((file) =>
    [...nodesOf(join(root, file))].some((node) => !isSourceFile(node) && node.kind === SyntaxKind.AnyKeyword),
  );
  expect(types.length).toBeGreaterThan(50);
  expect(loose).toEqual([]);
  const leading = types.filter((file) => readFileSync(join(root, file), 'utf8').includes('/inside/'));
  expect(leading.filter((file) => !file.startsWith('dist/testing/suite/cases/'))).toEqual([]);
});

/** The modules that loading `entry` loads. */
function reachableFrom(entry: string): string[] {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const specifier of importsOf(join(root, file))) {
      if (specifier.startsWith('.')) reached.add(resolveImport(file, specifier));
    }
  }
  return [...reached];
}

/** This package itself, by the name that its exports give it: the command line uses what users use. */
const OWN = /^swapproof(?:\/|$)/;

/** The packages that these modules import, sorted. */
function strangersOf(some: readonly string[]): string[] {
  const specifiers = some.flatMap((file) => importsOf(join(root, file)));
  return [...new Set(specifiers.filter((name) => !/^\./.test(name) && !OWN.test(name) && !isBuiltin(name)))].sort();
}
