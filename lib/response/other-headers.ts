/**
 * R4: headers beside the head. No rule can be applied to what early hints and trailers carry, and a cookie there would
 * reach whoever gets them: it is left out.
 */
import type { ServerResponse } from 'node:http';

/** Who is told of a cookie, and answers whether to leave it out; undefined for a response that nobody guards. */
type DroppedFor = (res: ServerResponse) => ((where: 'early hints' | 'trailers') => boolean) | undefined;

export function patchEarlyHints(prototype: ServerResponse, droppedFor: DroppedFor): void {
  const native = prototype.writeEarlyHints as (this: ServerResponse, hints: object, done?: () => void) => void;
  function writeEarlyHints(this: ServerResponse, hints: object, done?: () => void): void {
    const dropped = droppedFor(this);
    const kept = dropped && typeof hints === 'object' && hints !== null ? withoutSetCookie(hints) : hints;
    native.call(this, kept !== hints && dropped?.('early hints') ? kept : hints, done);
  }
  replaceMethod(prototype, 'writeEarlyHints', writeEarlyHints);
}

export function patchTrailers(prototype: ServerResponse, droppedFor: DroppedFor): void {
  const native = prototype.addTrailers as (this: ServerResponse, trailers: object) => void;
  function addTrailers(this: ServerResponse, trailers: object): void {
    const dropped = droppedFor(this);
    const kept = dropped && typeof trailers === 'object' && trailers !== null ? withoutSetCookie(trailers) : trailers;
    native.call(this, kept !== trailers && dropped?.('trailers') ? kept : trailers);
  }
  replaceMethod(prototype, 'addTrailers', addTrailers);
}

/** The same object if there was none; pairs or a record, as trailers can be either. */
function withoutSetCookie(headers: object): object {
  if (Array.isArray(headers)) {
    const kept = headers.filter((pair: unknown) => !Array.isArray(pair) || !isSetCookie(pair[0]));
    return kept.length === headers.length ? headers : kept;
  }
  const names = Object.keys(headers);
  if (!names.some(isSetCookie)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isSetCookie(name)));
}

function isSetCookie(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'set-cookie';
}

export function replaceMethod(prototype: ServerResponse, name: string, value: unknown): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
}
