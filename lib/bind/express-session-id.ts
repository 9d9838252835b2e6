/**
 * The session's id in a cookie of express-session, read as it reads it (cookie 0.7, cookie-signature): quotes taken off,
 * percent-decoded, `s:<id>.<signature>`. The signature is not checked: a forged cookie names a session that the library
 * will not open, and a tag of its own can't be forged.
 */

/** @returns null where express-session would see no session either */
export function expressSessionId(value: string): string | null {
  const signed = decoded(unquoted(value));
  if (!signed.startsWith('s:')) return null;
  const end = signed.lastIndexOf('.');
  return end > 2 ? signed.slice(2, end) : null;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
