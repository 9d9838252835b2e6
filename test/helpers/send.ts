/** One request by Node's own client: keeps each header line as it came, follows nothing, decodes nothing. */
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly setCookies: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** All header lines and the body, to look for what must not be anywhere. */
  readonly raw: string;
}

export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: res.statusCode ?? 0,
          setCookies: res.headers['set-cookie'] ?? [],
          headers: res.headers,
          body: text,
          raw: `${res.rawHeaders.join('\n')}\n${text}`,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
