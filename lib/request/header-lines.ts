/**
 * Every value of one request header, line by line. Node keeps the first `Authorization` of several and joins `Cookie`
 * lines, so what came twice shows only in the raw headers; what earlier middleware wrote shows only in `headers`.
 */
import type { IncomingMessage } from 'node:http';

/** `name` in lower case. A value in `headers` that no raw line explains is one line more. */
export function headerLines(req: IncomingMessage, name: string): string[] {
  const raw = req.rawHeaders;
  const lines: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isField(raw[i], name)) lines.push(raw[i + 1] ?? '');
  }
  const shown = req.headers[name];
  if (typeof shown === 'string' && !lines.includes(shown) && shown !== lines.join(joint(name))) lines.push(shown);
  return lines;
}

/**
 * Changes each line of a header wherever an app could read it: `rawHeaders`, `headers`, `headersDistinct`. A line
 * that becomes empty stays in `rawHeaders`, for Node keeps a count of its own and `headersDistinct` throws if the
 * length changes.
 */
export function rewriteHeader(req: IncomingMessage, name: string, change: (line: string) => string): void {
  const raw = req.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isField(raw[i], name)) raw[i + 1] = change(raw[i + 1] ?? '');
  }
  const { headers, headersDistinct } = req;
  const shown = headers[name];
  const left = typeof shown === 'string' ? change(shown) : '';
  if (left === '') delete headers[name];
  else headers[name] = left;
  const distinct = headersDistinct[name]?.map(change).filter((line) => line !== '') ?? [];
  if (distinct.length === 0) delete headersDistinct[name];
  else headersDistinct[name] = distinct;
}

function isField(field: string | undefined, name: string): boolean {
  return field !== undefined && field.length === name.length && field.toLowerCase() === name;
}

function joint(name: string): string {
  return name === 'cookie' ? '; ' : ', ';
}
