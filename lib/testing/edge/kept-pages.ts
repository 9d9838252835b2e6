/** What a browser keeps of a page, and whether a logout takes it away: by the headers alone. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { readDirectives } from '../cache-sim/cache-control.js';

/** 'shown': without asking the app, for as long as it is fresh. 'back': by the back button, as browsers were seen to. */
export type Kept = 'no' | 'back' | 'shown';

export function keptBy({ answer }: Exchange): Kept {
  if (answer === null || answer.status !== 200) return 'no';
  const says = readDirectives(answer.headers, 'cache-control');
  if (says.has('no-store')) return 'no';
  const varies = valuesOf(answer.headers, 'vary').some((value) => /\bcookie\b|\*/i.test(value));
  const age = says.seconds('max-age');
  const expires = Date.parse(valuesOf(answer.headers, 'expires')[0] ?? '') > Date.now();
  const fresh = !says.has('no-cache') && (age === undefined ? expires : age > 0);
  return fresh && !varies ? 'shown' : 'back';
}

/** What the answer tells the browser to forget: `cache`, `storage`, in lower case. */
export function cleared({ answer }: Exchange): (what: 'cache' | 'storage') => boolean {
  const named = valuesOf(answer?.headers ?? [], 'clear-site-data').flatMap((value) => value.match(/"[^"]*"/g) ?? []);
  return (what) => named.includes('"*"') || named.includes(`"${what}"`);
}
