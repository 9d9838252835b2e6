/** A request's path as others along the way could have read it. */

/** Without the query, and without the scheme and host of an absolute-form target (RFC 9112, section 3.2.2). */
export function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '/';
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
}

/** Percent-decoded as often as a chain of proxies might do it; invalid escapes stay as they are. */
export function decodedPath(path: string): string {
  let text = path;
  for (let round = 0; round < 4; round++) {
    const next = text.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
    if (next === text) break;
    text = next;
  }
  return text;
}
