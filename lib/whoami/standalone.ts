/**
 * `whoami()` alone, in front of any resolver: a session store that is there already, or an identity server upstream.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { attachLog } from '../console-log.js';
import { nameOf } from '../errors.js';
import { type EventCode, type EventListener, Events } from '../events.js';
import { CREDENTIAL_HEADERS, type Credential, credentialKey, readCredentials } from '../request/credentials.js';
import type { Next } from '../request/next.js';
import { routeOf } from '../request/route-label.js';
import { NOT_FOUND, writeRefusal } from './answer.js';
import { answerWhoami, type WhoamiCall } from './answer-whoami.js';
import { WhoamiCache } from './cache.js';
import type { Forgettable } from './forgotten.js';
import { hasExpired, loadReport } from './report-loader.js';
import { matchWhoami } from './route.js';
import { sessionBody, type WhoamiReport } from './session-body.js';
import { type WhoamiOptions, whoamiSettings } from './standalone-options.js';

export interface WhoamiMiddleware {
  (req: IncomingMessage, res: ServerResponse, next: Next): void;
  /** After a profile or a session has changed: the next whoami is loaded anew, and so are loads that run now. */
  forget(what: Forgettable): void;
  /** Adds a listener for one event code, or all with `'*'`. Answers how to take it off again. */
  on(code: EventCode | '*', listener: EventListener): () => void;
  /** Ends what runs in the background. Requests that still come are answered 503. */
  close(): void;
}

/**
 * A middleware that answers `GET|HEAD|POST /sessions/whoami` and passes everything else on. A request with two values
 * of one credential is anonymous (R5). `resolve` gets all the credentials of a request and must answer null if they
 * name different sessions: only it can know.
 *
 * @throws ConfigurationError ERR_INVALID_OPTION
 */
export function whoami(options: WhoamiOptions): WhoamiMiddleware {
  const settings = whoamiSettings(options);
  const events = new Events(() => settings.clock.now());
  const log = attachLog(events, settings.log);
  const onFailure = (error: unknown) => reportFailure(events, error);
  const cache = new WhoamiCache<WhoamiReport>({ ...settings, toBody: sessionBody, onFailure });

  function middleware(req: IncomingMessage, res: ServerResponse, next: Next): void {
    const match = matchWhoami(req, settings.path);
    if (match === 'other') next();
    else if (match === 'refuse') writeRefusal(req, res, NOT_FOUND, settings.headers);
    else answerWhoami(req, res, callOf(req, { settings, events, cache }))?.catch(next);
  }
  return Object.assign(middleware, {
    forget: (what: Forgettable) => cache.forget(what),
    on: (code: EventCode | '*', listener: EventListener) => events.on(code, listener),
    close() {
      cache.close();
      log.close();
    },
  });
}

interface Parts {
  readonly settings: ReturnType<typeof whoamiSettings>;
  readonly events: Events;
  readonly cache: WhoamiCache<WhoamiReport>;
}

/** The key is made of every credential there is, `resolve` sees those it was configured for. */
function callOf(req: IncomingMessage, { settings, events, cache }: Parts): WhoamiCall<WhoamiReport> {
  const { cookies, headers, clock } = settings;
  const present = readCredentials(req, { cookies, headers: [...new Set([...headers, ...CREDENTIAL_HEADERS])] });
  const own = present.all.filter(({ kind, name }) => kind === 'cookie' || headers.includes(name));
  const doubled = doubledIn(own);
  reportDuplicates(events, req, doubled, present.repeated);
  return {
    cache,
    key: own.length === 0 || doubled.length > 0 ? null : credentialKey(present.all),
    load: (signal) => loadReport(own, signal, settings),
    stillValid: (report) => !hasExpired(report, clock),
    vary: headers,
  };
}

/** Credentials that came with two values: no reason to prefer either (R5). */
function doubledIn(credentials: readonly Credential[]): string[] {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const { kind, name } of credentials) {
    const named = `${kind} ${name}`;
    if (seen.has(named)) doubled.add(named);
    seen.add(named);
  }
  return [...doubled];
}

function reportDuplicates(
  events: Events,
  req: IncomingMessage,
  doubled: readonly string[],
  repeated: readonly string[],
): void {
  if (doubled.length + repeated.length === 0) return;
  const source = { requestId: randomUUID(), route: routeOf(req) };
  for (const name of doubled) {
    const detail = { name, different: true };
    events.emit('cookie.duplicate', `The ${name} came with two values: answered as anonymous.`, { source, detail });
  }
  for (const cookie of repeated) {
    const detail = { name: `cookie ${cookie}`, different: false };
    events.emit('cookie.duplicate', `The cookie ${cookie} came twice with one value.`, { source, detail });
  }
}

function reportFailure(events: Events, error: unknown): void {
  const name = nameOf(error);
  events.emit('store.unavailable', `A load for whoami failed with ${name}; nothing was guessed.`, { detail: { name } });
}
