/** The diary as a client of Example ID, by openid-client: it discovers the provider, and checks what comes back. */
import * as openid from 'openid-client';

export interface ExampleIdClient {
  /** Where to send the browser. */
  url(attempt: { readonly state: string; readonly codeChallenge: string }): string;
  /** Who came back, by the whole URL they came back to. @throws if the provider did not send them, or says no. */
  whoIs(url: URL, attempt: { readonly state: string; readonly codeVerifier: string }): Promise<{ email: string }>;
}

export interface ClientOptions {
  readonly issuer: string;
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

export async function exampleIdClient({ issuer, id, secret, redirectUri }: ClientOptions): Promise<ExampleIdClient> {
  const config = await openid.discovery(new URL(issuer), id, undefined, openid.ClientSecretPost(secret), {
    algorithm: 'oauth2',
    // Plain http, since this provider is on loopback. Leave it out for a real one.
    execute: [openid.allowInsecureRequests],
  });
  return {
    url({ state, codeChallenge }) {
      const asked = { redirect_uri: redirectUri, code_challenge: codeChallenge, code_challenge_method: 'S256', state };
      return openid.buildAuthorizationUrl(config, asked).href;
    },
    async whoIs(url, { state, codeVerifier }) {
      const checks = { expectedState: state, pkceCodeVerifier: codeVerifier };
      const { access_token } = await openid.authorizationCodeGrant(config, url, checks);
      const { email } = await openid.fetchUserInfo(config, access_token, openid.skipSubjectCheck);
      if (email === undefined) throw new Error('Example ID did not say who it is.');
      return { email };
    },
  };
}
