/** Places in the repository, as code scanning and annotations want them: a relative path, a line, perhaps a column. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Place {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a finding points to that has no line and was told of none: there is one in every repository of an app. */
const DEFAULT: Place = { file: 'package.json', line: 1, column: null };

/** Of `routes/account.js:12:5`, absolute or not; null outside the repository and in what was installed. */
export function placeOf(at: string | null, environment: Environment = {}): Place | null {
  const [, path = '', line = '1', column] = /^(.+?)(?::(\d+))?(?::(\d+))?$/s.exec(at ?? '') ?? [];
  if (path === '' || Number(line) < 1) return null;
  const file = inRepository(path, environment.GITHUB_WORKSPACE ?? process.cwd());
  return file === null ? null : { file, line: Number(line), column: Number(column) || null };
}

/** The finding's own place, else the one that was given, else the default. */
export function nearestPlace(at: string | null, given: string | null, environment: Environment = {}): Place {
  return placeOf(at, environment) ?? placeOf(given, environment) ?? DEFAULT;
}

/** Each part escaped, so that it is a relative reference whatever the file is called. */
export function uriOf({ file }: Place): string {
  // Half a character has no escape.
  return file
    .replace(/\p{Surrogate}/gu, '?')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

function inRepository(path: string, root: string): string | null {
  const file = relative(root, resolve(pathOf(path))).split(sep);
  const outside = file[0] === '..' || file[0] === '' || isAbsolute(file.join(sep)) || file.includes('node_modules');
  return outside ? null : file.join('/');
}

function pathOf(path: string): string {
  try {
    return path.startsWith('file:') ? fileURLToPath(path) : path;
  } catch {
    return path;
  }
}
