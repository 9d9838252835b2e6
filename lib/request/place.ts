/**
 * Where in the app's code something happened. Taking the stack is cheap, reading it is not: it is formatted only when
 * an event or an error needs it.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const FRAMES = 6;

export class Place {
  declare stack: string;

  /** `file:line` of the first frame outside Node and installed packages, or `unknown line`. */
  toString(): string {
    const frames = this.stack.split('\n').slice(1);
    const own = frames.find((frame) => !/node:|[\\/]node_modules[\\/]/.test(frame)) ?? frames[0];
    const [, file, line] = /\(?((?:file:\/\/)?[^()\s]+):(\d+):\d+\)?$/.exec(own ?? '') ?? [];
    if (file === undefined) return 'unknown line';
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    return `${relative(process.cwd(), path)}:${line}`;
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
