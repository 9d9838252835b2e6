/** Code in the documentation, as programs that a compiler and Node take. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = process.cwd();
const IMPORT = /^import [^;]*;$/gm;

/** The blocks that say ts. */
export function codeOf(page: string): readonly string[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}

/**
 * What a page keeps in a comment that begins with `name:`. `given` is code that its readers have and its blocks don't
 * show; a page with `run` says that its first block runs, and what is true afterwards.
 */
export function hiddenCodeOf(page: string, name: 'given' | 'run'): string | null {
  return new RegExp(`^<!-- ${name}:\\n([\\s\\S]*?)^-->$`, 'm').exec(page)?.[1] ?? null;
}

/** One module: imports once and on top, each block in a scope of its own, the first one open to the others. */
export function asProgram([first = '', ...others]: readonly string[], given = ''): string {
  const imports = new Set([given, first, ...others].flatMap((code) => code.match(IMPORT) ?? []));
  const [before, app, ...rest] = [given, first, ...others].map((code) => code.replace(IMPORT, ''));
  return [...imports, before, app, ...rest.map((code) => `async () => {${code}};`), 'export {};'].join('\n');
}

/** What the compiler says of each program, with every check on, against the sources; all in one go. */
export function diagnosticsOf(programs: Readonly<Record<string, string>>): Record<string, string[]> {
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build/documented-'));
  const fileOf = (name: string) => join(folder, `${name}.ts`);
  try {
    for (const [name, program] of Object.entries(programs)) writeFileSync(fileOf(name), program);
    const compiled = ts.createProgram(Object.keys(programs).map(fileOf), compilerOptions());
    const said = (name: string) => ts.getPreEmitDiagnostics(compiled, compiled.getSourceFile(fileOf(name)));
    return Object.fromEntries(Object.keys(programs).map((name) => [name, said(name).map(textOf)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'test/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'test'));
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

function textOf({ messageText, start, file }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.text.slice(0, start).split('\n').length : 0;
  return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}

/** JavaScript for Node, as an ES module. */
export function transpiled(program: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}
