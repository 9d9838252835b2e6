/** A head to judge in place of the response's own: the same headers on a response that has no connection. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { isCacheField } from './cacheability.js';
import { setCookieLines } from './set-cookie-line.js';

/** For a response whose `req` the app took away: as much as Node asks of it. */
const NO_REQUEST = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} } as IncomingMessage;

/** Never throws: an app may have replaced the methods that are asked. What can't be read is not there. */
export function copyOfHead(res: ServerResponse): ServerResponse {
  const copy = new ServerResponse(res.req ?? NO_REQUEST);
  copy.statusCode = res.statusCode;
  try {
    for (const name of res.getHeaderNames()) copy.setHeader(name, ownValue(res, name));
  } catch {
    // Judged as far as it could be read.
  }
  return copy;
}

/** Own lists: appending to the copy must not lengthen the app's. */
function ownValue(res: ServerResponse, name: string): string | number | string[] {
  const value = res.getHeader(name) ?? '';
  return Array.isArray(value) ? [...value] : value;
}

/** As much of a head as the guard may change. */
export interface Head {
  /** By name in lower case, `Vary` and validators included. */
  readonly fields: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
}

export function headOf(res: ServerResponse): Head {
  const names = res.getHeaderNames().filter((name) => isCacheField(name) || name === 'vary' || isValidator(name));
  return {
    fields: new Map(names.map((name) => [name, [res.getHeader(name) ?? []].flat().join(', ')])),
    cookies: setCookieLines(res),
  };
}

/** `Cache-Control: no-cache`, `no Expires`; of validators the name alone, for a value is made of the body. */
export function fieldText(name: string, { fields }: Head): string {
  const value = fields.get(name);
  const title = name === 'etag' ? 'ETag' : name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  if (value === undefined) return `no ${title}`;
  return isValidator(name) ? title : `${title}: ${value}`;
}

function isValidator(name: string): boolean {
  return name === 'etag' || name === 'last-modified';
}
