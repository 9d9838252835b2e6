/** A kit's app with routes behind `requireToken()` whose verification a test decides about. */
import type { IncomingMessage } from 'node:http';
import { contextOfRequest } from '../../lib/request/context-storage.js';
import { TokenGate, type VerifiedToken } from '../../lib/tokens/http/require-token.js';
import type { TokenForm } from '../../lib/tokens/http/token-form.js';
import { type App, type Handler, type Kit, type KitApp, type KitSetting, startKit } from './kit-app.js';

/** Well formed if it ends in `ok`: what the checksum is does not matter here. */
export const FORM: TokenForm = {
  prefix: 'acme',
  hasPrefix: (text) => text.startsWith('acme_'),
  isWellFormed: (text) => /^acme_[0-9A-Za-z]{34}ok$/.test(text),
  lookupIdOf: (text) => text.slice(5, 13),
};

export const TOKEN = `acme_lookupid${'x'.repeat(26)}ok`;
export const OTHER_TOKEN = `acme_elsewhere${'y'.repeat(25)}ok`;
export const HOLDER: VerifiedToken = { id: 'lookupid', owner: 'billing', scopes: ['read'], expiresAt: 1 };

export interface GateSetting extends Omit<KitSetting, 'routes'> {
  readonly headers?: readonly string[];
  verify?(text: string): Promise<VerifiedToken | null>;
  routes(
    app: App,
    wall: (scope?: string) => Handler,
    parts: { sessions: Kit; of(req: IncomingMessage): VerifiedToken },
  ): void;
}

export function startGate({ headers = [], verify, routes, ...setting }: GateSetting): Promise<KitApp> {
  let gate: TokenGate | undefined;
  const gateOf = (req: IncomingMessage) => {
    gate ??= new TokenGate({
      services: { events: contextOfRequest(req)?.events ?? fail() },
      form: FORM,
      headers,
      verify: verify ?? (async (text) => (text === TOKEN ? HOLDER : null)),
    });
    return gate;
  };
  return startKit({
    ...setting,
    routes: (app, sessions) =>
      routes(app, (scope) => (req, res, next) => gateOf(req).requireToken(scope)(req, res, next), {
        sessions,
        of: (req) => gateOf(req).of(req),
      }),
  });
}

function fail(): never {
  throw new Error('the kit did not see this request');
}
