/**
 * Requests from other sites, told by headers (Fetch Metadata first, then Origin, then Referer). The order matters:
 * under helmet's `Referrer-Policy: no-referrer` a same-origin form sends `Origin: null` with
 * `Sec-Fetch-Site: same-origin`. None of the three is allowed, as in Go 1.25: curl, supertest and apps send none.
 */
import type { IncomingMessage } from 'node:http';
import { ConfigurationError } from '../errors.js';
import type { Events } from '../events.js';
import { contextOfRequest } from '../request/context-storage.js';

export class CrossSiteCheck {
  readonly #trusted: ReadonlySet<string>;

  /** @throws ConfigurationError ERR_INVALID_OPTION for an entry that is not an origin (`https://example.com`). */
  constructor(trustedOrigins: readonly string[]) {
    for (const origin of trustedOrigins) assertOrigin(origin);
    this.#trusted = new Set(trustedOrigins);
  }

  /** Why to refuse the request, or null. A rehearsal reports the reason and refuses nothing. */
  refusal(req: IncomingMessage, events: Events): string | null {
    const reason = this.reason(req);
    const source = contextOfRequest(req);
    if (reason === null || !source) return reason;
    const why = `It comes from another site: ${reason}.`;
    const would = { source, rule: 'csrf', now: 'the app answers', enforced: '403 Forbidden', why };
    return events.rehearsed('would.refuse', would) ? null : reason;
  }

  /** Why the request counts as one from another site, or null. By the wire's headers, whatever overrides them. */
  reason(req: IncomingMessage): string | null {
    const { origin, host, referer } = req.headers;
    const site = req.headers['sec-fetch-site'];
    if (origin !== undefined && this.#trusted.has(origin)) return null;
    if (site !== undefined) {
      return site === 'same-origin' || site === 'none' ? null : `Sec-Fetch-Site is ${printable(site)}`;
    }
    if (origin === 'null') {
      return 'Origin is null (a sandboxed frame, or Referrer-Policy: no-referrer: set it to same-origin)';
    }
    if (origin !== undefined) return isHost(origin, host) ? null : `Origin is ${printable(origin)}`;
    if (referer !== undefined) return isHost(referer, host) ? null : 'Referer is of another site';
    return null;
  }
}

function assertOrigin(origin: unknown): void {
  if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw new ConfigurationError(
    'ERR_INVALID_OPTION',
    'csrf.trustedOrigins takes origins without a path or a slash at the end, as "https://example.com".',
  );
}

function isHost(url: string, host: string | undefined): boolean {
  return URL.canParse(url) && host !== undefined && new URL(url).host === host.toLowerCase();
}

function printable(value: string | string[]): string {
  return JSON.stringify(String(value).slice(0, 80));
}
