import ms from 'ms';
import { ConfigurationError } from './errors.js';

/** Milliseconds, or a string that says its unit: `'90s'`, `'15m'`, `'24h'`, `'14d'`. */
export type Duration = number | string;

const LONGEST = ms('400d');

/** @throws ConfigurationError ERR_INVALID_OPTION unless it is more than nothing and at most 400 days. */
export function milliseconds(name: string, duration: unknown): number {
  const value = typeof duration === 'string' ? parse(duration) : duration;
  if (typeof value === 'number' && value > 0 && value <= LONGEST) return value;
  throw new ConfigurationError(
    'ERR_INVALID_OPTION',
    `${name} takes milliseconds or a string with a unit, as "24h", above 0 and at most "400d".`,
  );
}

function parse(text: string): number | undefined {
  return /^\s*\d+\s*$/.test(text) || text.length > 20 ? undefined : ms(text as ms.StringValue);
}
