/** One request whose head and whole answer are waited for apart. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Opened {
  readonly head: Promise<IncomingMessage>;
  readonly answer: Promise<{ readonly headers: IncomingHttpHeaders; readonly body: string }>;
}

export function open(port: number, method: string, path: string, headers: Record<string, string>): Opened {
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
  return { head, answer: head.then(read) };
}

async function read(incoming: IncomingMessage): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { headers: incoming.headers, body: Buffer.concat(chunks).toString() };
}
