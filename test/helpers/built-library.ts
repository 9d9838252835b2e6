import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');

/** The revocation log and its stores as JavaScript in a folder of their own, for tests that need another process. */
export interface BuiltLibrary {
  /** Writes a module beside the library, where it imports './lib/...'; answers its path. */
  script(name: string): string;
  remove(): void;
}

export function buildLibrary(): BuiltLibrary {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-built-'));
  chmodSync(folder, 0o755); // Another user runs it too.
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) =>
    /^(revocation|stores)\/.*\.c?ts$|^session\/[\w-]+-port\.ts$|^tokens\/redacted\.ts$|^\w+\.ts$/.test(each),
  )) {
    compile(join(ROOT, 'lib', file), join(folder, 'lib', file.replace(/ts$/, 'js')));
  }
  return {
    script(name) {
      cpSync(join(__dirname, name), join(folder, name));
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compile(source: string, target: string): void {
  const module = source.endsWith('.cts') ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    fileName: source,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module, verbatimModuleSyntax: true },
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
