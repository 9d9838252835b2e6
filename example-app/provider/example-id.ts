/**
 * Example ID: a small OAuth 2.0 provider (RFC 6749, PKCE by RFC 7636, metadata by RFC 8414, `iss` by RFC 9207) of
 * another site, so that the diary's button has something to talk to. It believes whoever picks a name: never use it.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type Express, type Request, type Response } from 'express';
import { chooserPage, problemPage } from '../pages/pages.js';
import { fields } from '../users.js';

export interface Person {
  readonly email: string;
  readonly name: string;
}

export interface ExampleIdOptions {
  readonly issuer: string;
  readonly people: readonly Person[];
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
}

interface Grant {
  readonly person: Person;
  readonly challenge: string;
  readonly expires: number;
}

const MINUTE = 60_000;

export function exampleId({ issuer, people, client }: ExampleIdOptions): Express {
  const codes = new Map<string, Grant>();
  const tokens = new Map<string, Grant>();
  const app = express();
  app.use(express.static('example-app/public', { maxAge: '1h' }));
  app.use(express.urlencoded({ extended: false }));
  app.use((_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    next();
  });

  app.get('/.well-known/oauth-authorization-server', (_req, res) => {
    res.json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  app.get('/authorize', (req, res) => {
    if (!isOurs(req)) return refuse(res);
    res.send(chooserPage({ people }));
  });

  /** The form has no action: it comes back to the same URL, with its query. */
  app.post('/authorize', (req, res) => {
    const person = people.find(({ email }) => email === fields(req.body, 'email').email);
    if (!isOurs(req) || person === undefined) return refuse(res);
    const code = randomBytes(24).toString('base64url');
    codes.set(code, { person, challenge: String(req.query.code_challenge), expires: Date.now() + MINUTE });
    const back = new URL(client.redirectUri);
    back.search = new URLSearchParams({ code, state: String(req.query.state), iss: issuer }).toString();
    res.redirect(303, back.href);
  });

  app.post('/token', (req, res) => {
    const sent = fields(req.body, 'client_id', 'client_secret', 'code', 'code_verifier', 'redirect_uri');
    const grant = spend(codes, sent.code);
    const right =
      sent.client_id === client.id &&
      equal(sent.client_secret ?? '', client.secret) &&
      sent.redirect_uri === client.redirectUri &&
      grant?.challenge === challengeOf(sent.code_verifier ?? '');
    if (!right || grant === null) return res.status(400).json({ error: 'invalid_grant' });
    const token = randomBytes(24).toString('base64url');
    tokens.set(token, grant);
    res.json({ access_token: token, token_type: 'bearer', expires_in: MINUTE / 1000 });
  });

  app.get('/userinfo', (req, res) => {
    const grant = spend(tokens, /^Bearer (\S+)$/.exec(req.get('Authorization') ?? '')?.[1] ?? null);
    if (grant === null) return res.status(401).json({ error: 'invalid_token' });
    const { email, name } = grant.person;
    res.json({ sub: email, email, name });
  });

  function isOurs({ query }: Request): boolean {
    return (
      query.client_id === client.id &&
      query.redirect_uri === client.redirectUri &&
      query.response_type === 'code' &&
      query.code_challenge_method === 'S256' &&
      typeof query.code_challenge === 'string' &&
      typeof query.state === 'string'
    );
  }

  return app;
}

function refuse(res: Response): void {
  res.status(400).send(problemPage({ title: 'Example ID does not know this app', message: 'Go back and try again.' }));
}

/** Codes and tokens work once, within a minute. */
function spend(grants: Map<string, Grant>, key: string | null): Grant | null {
  const grant = grants.get(key ?? '');
  grants.delete(key ?? '');
  return grant !== undefined && grant.expires > Date.now() ? grant : null;
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function equal(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
