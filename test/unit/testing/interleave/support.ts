/** What the tests of interleave() have in common. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { InterleaveFinding, InterleaveTarget, Stop } from 'swapproof/testing';

/** Asks with a connection of its own and answers the body. */
export const as =
  (user: string, { path = '/', method = 'GET', headers = {} as Record<string, string>, body = '' } = {}) =>
  ({ url }: InterleaveTarget): Promise<string> =>
    new Promise((resolve, reject) => {
      const outgoing = request(url + path, { agent: false, method, headers: { 'x-user': user, ...headers } });
      outgoing.on('error', reject).on('response', (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('error', reject);
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () => resolve(text));
      });
      outgoing.end(body);
    });

/** Everybody gets what is theirs. */
export function own({ a, b }: { readonly a: string; readonly b: string }): string | null {
  if (a === 'ada' && b === 'bob') return null;
  return `ada got the page of ${a}, bob the page of ${b}`;
}

/** The text of the line that a stop names. */
export function textOf(stop: Stop | null): string {
  const [, file = '', line = ''] = /^(.*):(\d+):\d+$/.exec(stop?.where ?? '') ?? [];
  return file === '' ? '' : (readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '');
}

export const linesOf = (findings: readonly InterleaveFinding<string>[]) =>
  findings.map(({ stop }) => textOf(stop).trim());
