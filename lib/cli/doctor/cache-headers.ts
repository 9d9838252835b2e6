/** What headers say of caches on the way. They support a finding, and never make one. */
import { type HeaderLine, valuesOf } from '../../evidence/exchange.js';

const SIGNS = [
  ...[
    'age',
    'x-cache',
    'x-cache-status',
    'x-cache-hits',
    'cache-status',
    'cf-cache-status',
    'x-varnish',
    'x-served-by',
  ],
  ...['x-proxy-cache', 'x-nginx-cache', 'cdn-cache', 'x-drupal-cache', 'via', 'server'],
];

/** `Age: 0, X-Cache: HIT`; empty if there are none. */
export function cacheSigns(headers: readonly HeaderLine[]): string {
  return headers
    .filter(([name]) => SIGNS.includes(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value.slice(0, 60)}`)
    .join(', ');
}

/** Whether the headers by which the app forbids to keep its private page are gone, or others stand in their place. */
export function hidesWhatTheAppSaid(headers: readonly HeaderLine[]): boolean {
  const control = valuesOf(headers, 'cache-control').join();
  return !/private|no-store/i.test(control) && valuesOf(headers, 'vary').length === 0;
}
