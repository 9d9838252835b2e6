import type { IncomingMessage } from 'node:http';
import { Events, type SwapproofEvent } from '../../lib/events.js';
import type { RequestContext } from '../../lib/request/context.js';
import { readCredentials } from '../../lib/request/credentials.js';
import { openContext } from '../../lib/request/lifecycle.js';
import { fakeRequest, fakeResponse, type Wire } from './wire.js';

export interface Opened extends Wire {
  readonly req: IncomingMessage;
  readonly context: RequestContext;
  readonly events: SwapproofEvent[];
  readonly codes: () => string[];
}

/** A request with an open context and its events, in front of nothing. */
export function opened(request: Parameters<typeof fakeRequest>[0] = {}): Opened {
  const req = fakeRequest(request);
  const wire = fakeResponse(req);
  const bus = new Events(() => 0);
  const events: SwapproofEvent[] = [];
  bus.on('*', (event) => events.push(event));
  const credentials = readCredentials(req, { cookies: ['sid'], headers: ['authorization', 'x-session-token'] });
  const context = openContext(req, wire.res, { credentials, events: bus, now: 0 });
  return { ...wire, req, context, events, codes: () => events.map(({ code }) => code) };
}
