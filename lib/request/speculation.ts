/**
 * Prefetches and prerenders. Chromium shows such a page when its link is opened at last, after a logout and another
 * login too, in spite of `no-store` and `Vary`; only an answer that failed is thrown away and asked for again.
 */
import type { IncomingMessage } from 'node:http';

/** `refuse`: 503, so that the browser asks again when it is in earnest. */
export type Speculation = 'refuse' | 'allow';

export const SPECULATIONS: readonly Speculation[] = ['refuse', 'allow'];

/** `Sec-Purpose: prefetch`, or `prefetch;prerender`. Scripts can't set it. */
export function isSpeculative({ headers }: IncomingMessage): boolean {
  const purpose = headers['sec-purpose'];
  return purpose !== undefined && /\bprefetch\b/i.test(String(purpose));
}
