/** An OAuth 2.0 provider in this process: code flow with PKCE. Its users decide by `authorize()`, without pages. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';

interface Grant {
  readonly user: string;
  readonly challenge: string | null;
  readonly redirectUri: string;
}

export interface OAuthProvider {
  readonly authorizationURL: string;
  readonly tokenURL: string;
  readonly issuer: string;
  /** What the token endpoint was asked, newest last. */
  readonly exchanges: URLSearchParams[];
  /** Where the provider sends the browser after `user` agreed to the request at `url`. */
  authorize(url: string, user: string): URL;
  close(): Promise<void>;
}

/** @param hold awaited before a code is exchanged, so that a test can keep one login in the middle */
export async function startOAuthProvider(
  hold: (user: string) => Promise<void> = async () => {},
): Promise<OAuthProvider> {
  const grants = new Map<string, Grant>();
  const exchanges: URLSearchParams[] = [];
  const server = createServer(async (req, res) => {
    const form = new URLSearchParams(await textOf(req));
    exchanges.push(form);
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    if (grant) await hold(grant.user);
    const good = grant !== undefined && form.get('redirect_uri') === grant.redirectUri && proves(grant, form);
    res.writeHead(good ? 200 : 400, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify(good ? tokenOf(grant.user) : { error: 'invalid_grant' }));
  });
  const origin = await listening(server);
  return {
    authorizationURL: `${origin}/authorize`,
    tokenURL: `${origin}/token`,
    issuer: origin,
    exchanges,
    authorize(url, user) {
      const { searchParams: asked } = new URL(url);
      const redirectUri = asked.get('redirect_uri') ?? '';
      const code = randomUUID();
      grants.set(code, { user, challenge: asked.get('code_challenge'), redirectUri });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      back.searchParams.set('iss', origin);
      return back;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** RFC 7636: who exchanges the code has the verifier of its challenge, and none where there was no challenge. */
function proves({ challenge }: Grant, form: URLSearchParams): boolean {
  const verifier = form.get('code_verifier');
  if (challenge === null || verifier === null) return challenge === verifier;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function tokenOf(user: string): object {
  return { access_token: randomUUID(), token_type: 'bearer', user };
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The provider has no port.');
  return `http://127.0.0.1:${address.port}`;
}
