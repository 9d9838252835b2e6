/** What the table decided, as an event that names the row, the route and what to do. */
import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../request/context.js';
import type { Decision } from './decision.js';

/** Contexts whose URL was reported: a head that was refused comes again. */
const misread = new WeakSet<RequestContext>();

export function reportDecision(res: ServerResponse, context: RequestContext, { row, event }: Decision): void {
  if (!event || (event.code === 'url.ambiguous' && misread.has(context))) return;
  const { code } = event;
  const message = messageOf(context, row);
  const line = context.firstRead ? { line: String(context.firstRead) } : {};
  const developing = process.env.NODE_ENV === 'development';
  // Whoever builds a download wonders why nobody is logged in there.
  const severity = developing && code === 'url.ambiguous' ? 'warn' : event.severity;
  context.events.emit(code, message, { source: context, severity, detail: { row, ...line } });
  if (code === 'url.ambiguous') misread.add(context);
  if (developing && (code === 'cache.violation' || code === 'url.ambiguous')) {
    res.setHeader('X-Swapproof-Violation', message.replace(/[^\x20-\x7e]/g, '?'));
  }
}

const SENT = 'sent private, no-store.';

function messageOf(context: RequestContext, row: Decision['row']): string {
  const { route, firstRead } = context;
  switch (row) {
    case '0b':
      return ofMisread(context);
    case '2':
      return `${route} was marked public after ${firstRead} read the session; ${SENT}`;
    case '4':
      return `${route} was marked public and asked with a credential; ${SENT} If it is the same for everyone, say so in the public option.`;
    case '6':
    case '11':
      return `${route} is public and set cookies for whoever asked; they were taken off. Set cookies on responses of their own.`;
    case '12':
      return `${route} was asked with Authorization; ${SENT} If it is the same for everyone, call markPublic(res) in the route.`;
    default:
      return `${route} was marked public and can't be, for whom it answers or the cookie it sets; ${SENT}`;
  }
}

function ofMisread({ route, url, anonymised }: RequestContext): string {
  const outcome = anonymised ? `answered as anonymous, ${SENT}` : SENT;
  return url === 'static'
    ? `${route} was asked with a credential under a URL that caches take for a static file; ${outcome} If it is the same ` +
        'for everyone, list it in public; if it is a private download, in privateFiles.'
    : `${route} was asked with a credential under a URL that caches could read differently; ${outcome}`;
}
