/** Cookies in the form in which curl keeps them (`--cookie-jar`), which was Netscape's. */
import { isIP } from 'node:net';

const FIELDS = 7;
const HTTP_ONLY = '#HttpOnly_';

/** As lines of `Set-Cookie` for that host; null if the text is no such file. */
export function linesOfJar(text: string, host: string): string[] | null {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const cookies = lines.filter((line) => line.startsWith(HTTP_ONLY) || (line !== '' && !line.startsWith('#')));
  const found: string[] = [];
  for (const line of cookies) {
    const fields = line.replace(HTTP_ONLY, '').split('\t');
    if (fields.length !== FIELDS) return null;
    const cookie = lineOf(fields, line.startsWith(HTTP_ONLY), host);
    if (cookie !== null) found.push(cookie);
  }
  return found;
}

/** Null for a cookie of another host. */
function lineOf(fields: readonly string[], httpOnly: boolean, host: string): string | null {
  const [domain = '', withSubdomains, path = '/', secure, expires, name = '', value = ''] = fields;
  const own = domain.replace(/^\./, '').toLowerCase();
  const belongs = host === own || (withSubdomains === 'TRUE' && host.endsWith(`.${own}`));
  if (!belongs) return null;
  return [
    `${name}=${value}`,
    `Path=${path}`,
    ...(withSubdomains === 'TRUE' && isIP(own) === 0 && own.includes('.') ? [`Domain=${own}`] : []),
    ...(secure === 'TRUE' ? ['Secure'] : []),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(Number(expires) > 0 ? [`Expires=${new Date(Number(expires) * 1000).toUTCString()}`] : []),
  ].join('; ');
}
