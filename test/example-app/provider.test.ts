/** Example ID answers as RFC 6749 and 7636 say; whoever lacks the verifier, the secret or the right address gets nothing. */
import { createHash, randomBytes } from 'node:crypto';
import request from 'supertest';
import { exampleId } from '../../example-app/provider/example-id.js';
import { startExampleId } from '../../example-app/provider/start.js';

const people = [{ email: 'ada@example.com', name: 'Ada Lovelace' }];
const redirectUri = 'http://localhost:3000/back';
const client = { id: 'diary', secret: 'a secret of the client', redirectUri };
const issuer = 'http://127.0.0.1:4000';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const asked = {
  ...{ client_id: client.id, redirect_uri: redirectUri, response_type: 'code', state: 's' },
  ...{ code_challenge: challenge, code_challenge_method: 'S256' },
};
const exchange = { client_id: client.id, client_secret: client.secret, redirect_uri: redirectUri };

async function codeFrom(agent: ReturnType<typeof request.agent>): Promise<string> {
  const form = { email: people[0]?.email };
  const { headers } = await agent.post('/authorize').query(asked).type('form').send(form).expect(303);
  return new URL(headers.location ?? '').searchParams.get('code') ?? '';
}

describe('Example ID', () => {
  const agent = () => request.agent(exampleId({ issuer, people, client }));

  it('sends the browser back with a code, its state and who it is', async () => {
    const { headers } = await agent().post('/authorize').query(asked).type('form').send({ email: people[0]?.email });
    const back = new URL(headers.location ?? '');
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(Object.fromEntries(back.searchParams)).toEqual({ code: expect.any(String), state: 's', iss: issuer });
  });

  it.each([
    ['another client', { client_id: 'other' }],
    ['another address to return to', { redirect_uri: 'http://evil.example/back' }],
    ['no PKCE', { code_challenge_method: 'plain' }],
    ['no state', { state: undefined }],
  ])('refuses to ask for %s', async (_what, change) => {
    await agent()
      .get('/authorize')
      .query({ ...asked, ...change })
      .expect(400);
  });

  it('gives a code away once, and its token once', async () => {
    const one = agent();
    const sent = { ...exchange, code: await codeFrom(one), code_verifier: verifier };
    const { body } = await one.post('/token').type('form').send(sent).expect(200);
    await one.post('/token').type('form').send(sent).expect(400);
    const auth = { Authorization: `Bearer ${body.access_token}` };
    const who = await one.get('/userinfo').set(auth).expect(200);
    expect(who.body).toEqual({ sub: 'ada@example.com', ...people[0] });
    await one.get('/userinfo').set(auth).expect(401);
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }],
    ['a wrong secret', { client_secret: 'guessed' }],
    ['another address', { redirect_uri: 'http://evil.example/back' }],
  ])('gives no token for %s, and the code is spent', async (_what, change) => {
    const one = agent();
    const sent = { ...exchange, code: await codeFrom(one), code_verifier: verifier };
    await one
      .post('/token')
      .type('form')
      .send({ ...sent, ...change })
      .expect(400);
    await one.post('/token').type('form').send(sent).expect(400);
  });
});

it('is found by the client library, which finds out who came back', async () => {
  const provider = await startExampleId(people, redirectUri);
  try {
    const url = new URL(provider.client.url({ state: 's', codeChallenge: challenge }));
    const form = new URLSearchParams({ email: 'ada@example.com' });
    const { headers } = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(headers.get('location') ?? '');
    const attempt = { state: 's', codeVerifier: verifier };
    expect(await provider.client.whoIs(back, attempt)).toEqual({ email: 'ada@example.com' });
    await expect(provider.client.whoIs(back, attempt)).rejects.toThrow();
    await expect(provider.client.whoIs(back, { ...attempt, state: 'of another browser' })).rejects.toThrow();
  } finally {
    await provider.close();
  }
});
