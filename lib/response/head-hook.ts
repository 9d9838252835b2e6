/**
 * R4: the only patch of `writeHead`, on the prototype of Node's responses. A patch of one response loses to whatever
 * was mounted before it and kept the native function (on-headers, compression); the prototype's is always innermost if
 * it is there before the first request. So a guard installs it while it is constructed. A registered symbol lets two
 * copies of this package share one patch.
 */
import { ServerResponse } from 'node:http';
import { foldHeaders } from './fold-headers.js';
import { copyOfHead } from './head-copy.js';
import { patchEarlyHints, patchTrailers, replaceMethod } from './other-headers.js';

/** Runs each time a final head is about to leave; must be idempotent and must not throw. */
export type HeadHook = (res: ServerResponse, status: number) => void;

/** Told of a cookie where no guard can judge it; false leaves it there. */
export type DropListener = (where: 'informational response' | 'early hints' | 'trailers') => boolean;

interface Watched {
  readonly hook: HeadHook;
  readonly dropped: DropListener;
  /** The hook is given a copy of what left, and the response is Node's alone. */
  readonly onCopy: boolean;
  seen: boolean;
}

interface HeadPatch {
  readonly watched: WeakMap<ServerResponse, Watched>;
}

type WriteHeadArguments = [status: unknown, reason?: unknown, headers?: unknown];
type NativeWriteHead = (this: ServerResponse, ...args: WriteHeadArguments) => ServerResponse;

const PATCH = Symbol.for('swapproof.head-hook.v1');

/** Patches the prototype once a process. Call it while the app starts: later, earlier middleware may hold the native one. */
export function installHeadHook(): void {
  patchOf(ServerResponse.prototype);
}

/** Calls `hook` before each final head of this response; a second hook runs after the first. */
export function onHead(res: ServerResponse, hook: HeadHook, dropped: DropListener = () => true): void {
  watch(res, { hook, dropped, onCopy: false, seen: false });
}

/** Calls `hook` after each final head of this response, with a copy that it may change: not a byte leaves differently. */
export function onHeadCopy(res: ServerResponse, hook: HeadHook, dropped: DropListener): void {
  watch(res, { hook, dropped, onCopy: true, seen: false });
}

/** Whether the head left by way of the hook. */
export function headWasSeen(res: ServerResponse): boolean {
  return patchOf(ServerResponse.prototype).watched.get(res)?.seen ?? false;
}

function watch(res: ServerResponse, entry: Watched): void {
  const { watched } = patchOf(ServerResponse.prototype);
  const before = watched.get(res);
  watched.set(res, before ? both(before, entry) : entry);
}

function both(first: Watched, second: Watched): Watched {
  const onCopy = first.onCopy && second.onCopy;
  const run = (entry: Watched, res: ServerResponse, status: number) =>
    entry.hook(entry.onCopy && !onCopy ? copyOfHead(res) : res, status);
  return {
    hook(res, status) {
      run(first, res, status);
      run(second, res, status);
    },
    dropped(where) {
      const answers = [first.dropped(where), second.dropped(where)];
      return answers.includes(true);
    },
    onCopy,
    seen: false,
  };
}

function patchOf(prototype: ServerResponse & { [PATCH]?: HeadPatch }): HeadPatch {
  const present = prototype[PATCH];
  if (present) return present;
  const patch: HeadPatch = { watched: new WeakMap() };
  Object.defineProperty(prototype, PATCH, { value: patch });
  patchHeads(prototype, patch);
  const dropped = (res: ServerResponse) => patch.watched.get(res)?.dropped;
  patchEarlyHints(prototype, dropped);
  patchTrailers(prototype, dropped);
  return patch;
}

/** `writeHeader` is the same function under an old name, and would go around the patch. */
function patchHeads(prototype: ServerResponse & { writeHeader?: unknown }, { watched }: HeadPatch): void {
  const native = prototype.writeHead as NativeWriteHead;
  function writeHead(this: ServerResponse, ...args: WriteHeadArguments): ServerResponse {
    const entry = watched.get(this);
    const code = Number(args[0]) | 0;
    // What Node refuses, Node refuses: nothing is folded or assigned before, so the error path starts clean.
    if (!entry || this.headersSent || code < 100 || code > 999) return native.apply(this, args);
    if (entry.onCopy) return sendUntouched(native, entry, this, code, args);
    const bare = this.getHeaderNames().length === 0;
    try {
      return sendHead(native, entry, this, code, args);
    } catch (error) {
      // Node keeps none of a refused head; kept here, it would be refused again under the error page.
      if (bare) for (const name of this.getHeaderNames()) this.removeHeader(name);
      throw error;
    }
  }
  replaceMethod(prototype, 'writeHead', writeHead);
  if (prototype.writeHeader) replaceMethod(prototype, 'writeHeader', writeHead);
}

function sendHead(
  native: NativeWriteHead,
  entry: Watched,
  res: ServerResponse,
  code: number,
  args: WriteHeadArguments,
): ServerResponse {
  const [, reason] = args;
  const named = typeof reason === 'string';
  if (!foldHeaders(res, headersGiven(args))) return native.apply(res, args);
  if (code >= 200) entry.hook(res, code);
  else dropCookies(res, entry);
  const written = named ? native.call(res, code, reason) : native.call(res, code);
  entry.seen ||= code >= 200;
  return written;
}

function headersGiven([, reason, headers]: WriteHeadArguments): unknown {
  return typeof reason === 'string' ? headers : (headers ?? reason);
}

/** A browser may ignore a cookie in a 1xx, and no rule can be applied to a head that is not the response's own. */
function dropCookies(res: ServerResponse, entry: Watched): void {
  if (res.hasHeader('set-cookie') && entry.dropped('informational response')) res.removeHeader('Set-Cookie');
}

/**
 * The copy is made before the head leaves, for what was given leaves no trace, and judged when it has left. What Node
 * sends and a copy refuses (an array with half a pair) is not judged.
 */
function sendUntouched(
  native: NativeWriteHead,
  entry: Watched,
  res: ServerResponse,
  code: number,
  args: WriteHeadArguments,
): ServerResponse {
  const copy = copyOfHead(res);
  const written = native.apply(res, args);
  entry.seen ||= code >= 200;
  try {
    if (!foldHeaders(copy, headersGiven(args))) return written;
  } catch {
    return written;
  }
  if (code >= 200) entry.hook(copy, code);
  else dropCookies(copy, entry);
  return written;
}
