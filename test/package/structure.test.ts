/** The house: arrows run downwards only, files stay small, the map names every room. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { filesUnder, importsOf, resolveImport } from './source-files.js';

const LIB = 'lib';
const LONGEST_FILE = 200;

/** Which folders a folder may import from, beside FOR_ALL. Whatever is not listed is refused. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  adapters: ['session'],
  'adapters/passport': ['login', 'request', 'session'],
  audit: [],
  bind: ['request', 'response', 'session'],
  cli: ['evidence/text'],
  'cli/commands': ['cli', 'cli/doctor', 'cli/hammer', 'cli/output', 'cli/tokens', 'evidence/text', 'rehearsal'],
  'cli/doctor': ['cli', 'cli/output', 'evidence', 'evidence/text', 'probe', 'request', 'response'],
  'cli/hammer': ['cli', 'cli/output', 'evidence', 'evidence/text', 'testing/world'],
  'cli/tokens': ['cli', 'evidence/text'],
  'cli/output': ['cli', 'evidence', 'evidence/text'],
  evidence: [],
  'evidence/text': ['evidence'],
  login: ['request', 'session'],
  probe: ['request', 'response'],
  rehearsal: [],
  request: [],
  response: ['request'],
  revocation: [],
  session: ['audit', 'request', 'revocation'],
  stores: ['revocation', 'session'],
  'stores/sqlite': ['revocation', 'session', 'stores', 'tokens'],
  testing: [
    'evidence',
    'evidence/text',
    'request',
    'testing/browser',
    'testing/cache-sim',
    'testing/interleave',
    'evidence/text',
    'testing/contract',
    'testing/faults',
    'testing/suite',
    'testing/world',
  ],
  'testing/browser': ['request'],
  'testing/cache-sim': ['evidence', 'response'],
  'testing/interleave': ['evidence'],
  'testing/contract': ['revocation', 'session', 'stores', 'tokens'],
  'testing/faults': ['revocation', 'session', 'stores'],
  'testing/edge': ['evidence', 'testing/browser', 'testing/cache-sim', 'testing/world'],
  'testing/suite': ['testing/inside', 'testing/interleave', 'evidence', 'testing/suite/cases', 'testing/world'],
  'testing/inside': ['evidence', 'testing/interleave'],
  'testing/suite/cases': ['evidence', 'testing/cache-sim', 'testing/edge', 'testing/inside', 'testing/world'],
  'testing/world': ['evidence', 'testing/browser'],
  tokens: ['revocation', 'session', 'tokens/alarms', 'tokens/http', 'whoami'],
  'tokens/alarms': [],
  'tokens/http': ['request', 'session'],
  whoami: ['request', 'response'],
};

/** Files at the top that every folder may use. They use nothing but each other. */
const FOR_ALL = ['bounded', 'clock', 'console-log', 'durations', 'errors', 'events', 'option-checks', 'timers'];

/** Of other folders, all that stores may see: the ports, and what an implementation of them needs. */
const PORTS = [
  'revocation/covers',
  'revocation/log',
  'revocation/next-position',
  'revocation/well-formed',
  'session/registry-port',
  'session/stored-port',
  'stores/expiry',
  'stores/store',
  'tokens/redacted',
  'tokens/token-store',
  'tokens/token-text',
];

const files = filesUnder(LIB).filter((file) => /\.c?ts$/.test(file));
const folderOf = (file: string) => posix.dirname(file);
const withoutExtension = (file: string) => file.replace(/\.c?[jt]s$/, '');

/** Every import of one file of lib by another: both as paths in lib without extension. */
const arrows = files.flatMap((file) =>
  importsOf(`${LIB}/${file}`)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: withoutExtension(file), to: withoutExtension(resolveImport(file, specifier)) })),
);
const printed = (some: typeof arrows) => some.map(({ from, to }) => `${from} -> ${to}`);

it('sees what imports what', () => {
  expect(printed(arrows)).toEqual(expect.arrayContaining(['index -> swapproof', 'session/seal -> session/keyring']));
});

it('lists every folder, and no folder that is gone', () => {
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== '.');
  expect(Object.keys(ALLOWED).sort()).toEqual(folders.sort());
});

it('lets folders import from the folders below them and from what is for all, never from the top', () => {
  const forbidden = arrows.filter(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    if (here === '.' || here === there) return false;
    return !(there === '.' ? FOR_ALL.includes(to) : ALLOWED[here]?.includes(there));
  });
  expect(printed(forbidden)).toEqual([]);
});

it('has no circle among the folders', () => {
  const reach = (folder: string): string[] => (ALLOWED[folder] ?? []).flatMap((below) => [below, ...reach(below)]);
  expect(Object.keys(ALLOWED).filter((folder) => reach(folder).includes(folder))).toEqual([]);
});

it('keeps what is for all free of everything else', () => {
  const forbidden = arrows.filter(({ from, to }) => FOR_ALL.includes(from) && !FOR_ALL.includes(to));
  expect(printed(forbidden)).toEqual([]);
});

it('shows stores nothing of other folders but the ports', () => {
  const forbidden = arrows.filter(({ from, to }) => {
    return from.startsWith('stores/') && folderOf(from) !== folderOf(to) && folderOf(to) !== '.' && !PORTS.includes(to);
  });
  expect(printed(forbidden)).toEqual([]);
});

it('has no file that imports the public face', () => {
  expect(printed(arrows.filter(({ to }) => to === 'index' || to === 'express'))).toEqual([]);
});

it('imports nothing of testing/ or cli/ from elsewhere', () => {
  const tool = /^(?:testing|cli)\//;
  expect(printed(arrows.filter(({ from, to }) => tool.test(to) && !tool.test(from)))).toEqual([]);
});

it(`has no file in lib/ of more than ${LONGEST_FILE} lines`, () => {
  const lines = (file: string) => readFileSync(`${LIB}/${file}`, 'utf8').trimEnd().split('\n').length;
  expect(files.filter((file) => lines(file) > LONGEST_FILE)).toEqual([]);
});

it('names every file of lib/ in lib/ARCHITECTURE.md, and none that is gone', () => {
  const map = existsSync(`${LIB}/ARCHITECTURE.md`) ? readFileSync(`${LIB}/ARCHITECTURE.md`, 'utf8') : '';
  const named = new Set(map.split('\n').flatMap(filesNamedIn));
  const all = files.map(withoutExtension);
  expect(all.filter((file) => !named.has(file))).toEqual([]);
  expect([...named].filter((name) => !all.includes(name))).toEqual([]);
});

/** Of a line, its code spans: `session/seal.ts` anywhere, or `seal.ts` in a line that begins with `session/`. */
function filesNamedIn(line: string): string[] {
  const spans = [...line.matchAll(/`([\w./-]+)`/g)].map(([, span = '']) => span.replace(/^lib\//, ''));
  const folder = spans.find((span) => span.endsWith('/')) ?? '';
  const names = spans.filter((span) => /\.c?ts$/.test(span)).map(withoutExtension);
  return names.map((name) => (name.includes('/') ? name : `${folder}${name}`));
}

it("starts none of Node's crypto jobs that jest reports as open handles", () => {
  const jobs = /\b(?:hkdf|pbkdf2|scrypt)Sync\(/;
  expect(files.filter((file) => jobs.test(readFileSync(`${LIB}/${file}`, 'utf8')))).toEqual([]);
});

it('is written in ASCII', () => {
  const paths = ['lib', 'test', 'bench', 'example-app'].flatMap((folder) =>
    filesUnder(folder).map((file) => `${folder}/${file}`),
  );
  const sources = paths.filter((path) => /\.(?:c?ts|json|conf)$/.test(path));
  expect(sources.filter((path) => readFileSync(path).some((byte) => byte > 0x7e))).toEqual([]);
});
