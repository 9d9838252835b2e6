/** Source files read as text: what the tests of this folder judge without running it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createSourceFile, forEachChild, type Node, preProcessFile, ScriptTarget } from 'typescript';

/** Paths of all files under `folder`, with forward slashes and relative to it, sorted. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** What a module imports, exports from, or requires, as written. */
export function importsOf(path: string): string[] {
  return preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);
}

/** A relative import as a path relative to the folder that all paths are relative to. */
export function resolveImport(importer: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(importer), specifier));
}

/** Every node of a file of TypeScript, each before its children. */
export function* nodesOf(path: string): Generator<Node> {
  const children: Node[] = [createSourceFile(path, readFileSync(path, 'utf8'), ScriptTarget.Latest, true)];
  for (let node = children.pop(); node; node = children.pop()) {
    yield node;
    forEachChild(node, (child) => void children.push(child));
  }
}
