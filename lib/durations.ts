import ms from 'ms';
import { ConfigurationError } from './errors.js';

/** Milliseconds, or a string that says its unit: `'90s'`, `'15m'`, `'24h'`, `'14d'`. */
export type Duration = number | string;

/** @throws ConfigurationError ERR_INVALID_OPTION unless it is more than nothing and at most `longest`. */
export function milliseconds(name: string, duration: unknown, longest: '400d' | '1h' = '400d'): number {
  const value = typeof duration === 'string' ? parse(duration) : duration;
  // Whole, for what is derived from them is written into tokens, which hold whole numbers only.
  if (typeof value === 'number' && value > 0 && value <= ms(longest)) return Math.ceil(value);
  throw new ConfigurationError(
    'ERR_INVALID_OPTION',
    `${name} takes milliseconds or a string with a unit, as "24h", above 0 and at most "${longest}".`,
  );
}

function parse(text: string): number | undefined {
  return /[a-z]$/i.test(text) && text.length <= 20 ? ms(text as ms.StringValue) : undefined;
}
