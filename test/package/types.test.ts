/** The types of the packed package, checked by the compiler as in an app with every check on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, runNode } from './packed.js';
import { EXPRESS_TYPES, TYPES } from './programs.js';

const PROGRAMS = { 'types.mts': TYPES, 'types.cts': TYPES, 'express.mts': EXPRESS_TYPES };

let complaints: readonly string[];

beforeAll(async () => {
  const folder = folderOf('app');
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', strict: true, noEmit: true, types: ['node'] },
    ...{ skipLibCheck: false, exactOptionalPropertyTypes: true, esModuleInterop: true },
  };
  const files = Object.keys(PROGRAMS);
  for (const [name, program] of Object.entries(PROGRAMS)) writeFileSync(join(folder, name), program);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { code, stdout, stderr } = await runNode('app', ['node_modules/typescript/bin/tsc', '--pretty', 'false']);
  complaints = stdout.split('\n').filter((line) => line !== '');
  if (stderr !== '' || (code !== 0 && complaints.length === 0)) throw new Error(`tsc ended with ${code}: ${stderr}`);
}, 60_000);

const about = (name: string) => complaints.filter((line) => line.startsWith(name));

it('types session data and identity in ES modules, and has no any in the public face', () => {
  expect(about('types.mts')).toEqual([]);
});

it('types them in CommonJS', () => {
  expect(about('types.cts')).toEqual([]);
});

it('types req.session for those who import swapproof/express', () => {
  expect(about('express.mts')).toEqual([]);
});

it('has declarations that need nothing but the types of Node', () => {
  expect(complaints.filter((line) => !/^(?:types|express)\.[cm]ts/.test(line))).toEqual([]);
});
