/** Example ID on a port of its own, and the diary as its client. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type ExampleIdClient, exampleIdClient } from './client.js';
import { exampleId, type Person } from './example-id.js';

export interface StartedExampleId {
  readonly client: ExampleIdClient;
  /** Where the provider is. To a browser 127.0.0.1 is another site than localhost. */
  readonly issuer: string;
  close(): Promise<void>;
}

export async function startExampleId(people: readonly Person[], redirectUri: string): Promise<StartedExampleId> {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server, 0)}`;
  const client = { id: 'diary', secret: randomBytes(24).toString('base64url'), redirectUri };
  server.on('request', exampleId({ issuer, people, client }));
  return {
    issuer,
    client: await exampleIdClient({ issuer, ...client }),
    close: () => stop(server),
  };
}

/** Answers the port, which is a free one for 0. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
