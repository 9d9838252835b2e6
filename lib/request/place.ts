/**
 * Where in the app's code something happened. Taking the stack is cheap, reading it is not: it is formatted only when
 * an event or an error needs it.
 */
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FRAMES = 5;
/** The end of a line of V8's stacks: `(file:line:column)` or `at file:line:column`. */
const LOCATION = /(?:\(|at (?:async )?)([^()]+):(\d+):\d+\)?$/;
/** The folder this package runs from: its own frames are never the app's line. */
const OWN_FOLDER = dirname(dirname(fileOf(new Error().stack?.split('\n')[1]) ?? '/nowhere/at/all'));

export class Place {
  declare stack: string;

  /** `file:line` of the first frame outside Node, installed packages and this one, or `unknown line`. */
  toString(): string {
    const frames = this.stack.split('\n').slice(1);
    const frame = frames.find(isOfTheApp);
    const file = fileOf(frame);
    const line = LOCATION.exec(frame ?? '')?.[2];
    return file === undefined || line === undefined ? 'unknown line' : `${relative(process.cwd(), file)}:${line}`;
  }
}

/** The place of the caller of `above`, which is left out of the stack with everything it called. */
export function captureHere(above: (...args: never[]) => unknown): Place {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const place = new Place();
  Error.captureStackTrace(place, above);
  Error.stackTraceLimit = limit;
  return place;
}

function isOfTheApp(frame: string): boolean {
  const file = fileOf(frame);
  return file !== undefined && !file.startsWith(OWN_FOLDER + sep) && !/[\\/]node_modules[\\/]/.test(file);
}

/** The file of a stack's line, or undefined for Node's own. */
function fileOf(frame: string | undefined): string | undefined {
  const file = LOCATION.exec(frame ?? '')?.[1];
  if (file === undefined || file.startsWith('node:')) return undefined;
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}
