/**
 * R4: the only patch of `writeHead`, on the prototype of Node's responses. A patch of one response loses to whatever
 * was mounted before it and kept the native function (on-headers, compression); the prototype's is always innermost if
 * it is there before the first request. So a guard installs it while it is constructed. A registered symbol lets two
 * copies of this package share one patch.
 */
import { ServerResponse } from 'node:http';
import { foldHeaders } from './fold-headers.js';
import { patchEarlyHints, patchTrailers, replaceMethod } from './other-headers.js';

/** Runs each time a final head is about to leave; must be idempotent and must not throw. */
export type HeadHook = (res: ServerResponse, status: number) => void;

/** Told what was left out where no guard can judge it. */
export type DropListener = (where: 'informational response' | 'early hints' | 'trailers') => void;

interface Watched {
  readonly hook: HeadHook;
  readonly dropped: DropListener;
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
export function onHead(res: ServerResponse, hook: HeadHook, dropped: DropListener = () => {}): void {
  const { watched } = patchOf(ServerResponse.prototype);
  const before = watched.get(res);
  watched.set(res, before ? both(before, { hook, dropped, seen: false }) : { hook, dropped, seen: false });
}

/** Whether the head left by way of the hook. */
export function headWasSeen(res: ServerResponse): boolean {
  return patchOf(ServerResponse.prototype).watched.get(res)?.seen ?? false;
}

function both(first: Watched, second: Watched): Watched {
  return {
    hook(res, status) {
      first.hook(res, status);
      second.hook(res, status);
    },
    dropped(where) {
      first.dropped(where);
      second.dropped(where);
    },
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
  const [, reason, headers] = args;
  const named = typeof reason === 'string';
  if (!foldHeaders(res, named ? headers : (headers ?? reason))) return native.apply(res, args);
  if (code >= 200) entry.hook(res, code);
  else dropCookies(res, entry);
  const written = named ? native.call(res, code, reason) : native.call(res, code);
  entry.seen ||= code >= 200;
  return written;
}

/** A browser may ignore a cookie in a 1xx, and no rule can be applied to a head that is not the response's own. */
function dropCookies(res: ServerResponse, entry: Watched): void {
  if (!res.hasHeader('set-cookie')) return;
  res.removeHeader('Set-Cookie');
  entry.dropped('informational response');
}
