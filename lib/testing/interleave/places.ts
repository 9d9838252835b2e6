/** Who called, and where that is in the sources: read off the stack, with source maps where they are on. */
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Code of the app or of a dependency, at a place; the engine itself; or a part of Node. */
export type Caller =
  | { readonly by: 'app'; readonly where: string; readonly builtin: string | null }
  | { readonly by: 'engine' | 'node' };

const ENGINE: Caller = { by: 'engine' };
const NODE: Caller = { by: 'node' };
/** What has jobs done, among them those by which the engine calls `then`. */
const JOBS = 'node:internal/process/task_queues';
const DEPTH = 4;
const DEEP = 40;

/** This file's folder, as stacks spell it. */
const OWN_FOLDER = (writtenAbove(undefined) ?? '').replace(/[^\\/]*$/, '') || ':';

/** What the engine knows by its own positions, as they are in the sources. */
const known = new Map<string, string>();

// biome-ignore lint/complexity/noBannedTypes: captureStackTrace takes any function.
type AnyFunction = Function;

/** Who called `callee`. Builtins such as `Promise.prototype.finally` are stepped over, and named. */
export function callerOf(callee: AnyFunction): Caller {
  const sites = sitesAbove(callee);
  const at = sites.findIndex((site) => fileOf(site) !== null);
  const site = sites[at];
  if (site === undefined || site.isAsync()) return ENGINE;
  const file = fileOf(site) ?? '';
  if (file === JOBS) return ENGINE;
  if (file.startsWith('node:')) return NODE;
  const raw = `${file}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  const builtin = at > 0 ? (sites[at - 1]?.getFunctionName() ?? 'builtin') : null;
  return { by: 'app', where: inTheSources(raw, callee), builtin };
}

/** The nearest line on the stack that belongs to an app rather than to Node or a dependency; else a dependency's. */
export function lineOfApp(): string | null {
  const stack = stackAbove(lineOfApp, DEEP);
  const places = typeof stack === 'string' ? stack.split('\n').map(placeIn) : [];
  const found = places.filter((place) => place !== null && !place.startsWith('node:') && !place.startsWith(OWN_FOLDER));
  const place = found.find((each) => !each?.includes('node_modules')) ?? found[0];
  return place == null ? null : shortened(place);
}

function placeIn(line: string): string | null {
  return /^\s+at (?:.* \()?(.+:\d+:\d+)\)?$/.exec(line)?.[1] ?? null;
}

function fileOf(site: NodeJS.CallSite): string | null {
  return site.getFileName() ?? site.getScriptNameOrSourceURL?.() ?? null;
}

function sitesAbove(callee: AnyFunction): readonly NodeJS.CallSite[] {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    const stack: unknown = stackAbove(callee);
    return Array.isArray(stack) ? stack : [];
  } finally {
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = prepareStackTrace;
  }
}

function stackAbove(callee: AnyFunction | undefined, depth = DEPTH): unknown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  try {
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, callee);
    return holder.stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Reading a source map takes long: each place is looked up once. */
function inTheSources(raw: string, callee: AnyFunction): string {
  const found = known.get(raw) ?? shortened(writtenAbove(callee) ?? raw);
  known.set(raw, found);
  return found;
}

/** The topmost place of the stack as this process writes it: by Node's source maps, jest's or vitest's. */
function writtenAbove(callee: AnyFunction | undefined): string | null {
  const stack = stackAbove(callee);
  if (typeof stack !== 'string') return null;
  return (
    stack
      .split('\n')
      .map(placeIn)
      .find((place) => place !== null) ?? null
  );
}

/** As seen from the working directory, with slashes. */
function shortened(place: string): string {
  const [, file = place, position = ''] = /^(.*?)(:\d+:\d+)$/.exec(place) ?? [];
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const short = isAbsolute(path) ? relative(process.cwd(), path) : path;
  const inside = short !== '' && !short.startsWith('..') && !isAbsolute(short);
  return `${(inside ? short : path).split(sep).join('/')}${position}`;
}
