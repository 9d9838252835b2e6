/** Cookies of a response that may be a session's: by name, and by a value that nobody could guess. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { isHarmlessCookie } from '../../request/cookie-names.js';
import { attributesOf, cookieNameOf, isExpiring } from '../../response/set-cookie-line.js';

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Bits. A language, a flag or a date is far below, a session id or token above. */
const LEAST_ENTROPY = 48;

export function sessionCookiesOf({ answer }: Exchange): SetCookie[] {
  const lines = valuesOf(answer?.headers ?? [], 'set-cookie');
  return lines
    .map((line) => ({ name: cookieNameOf(line), value: cookieValue(line), attributes: attributesOf(line), line }))
    .filter(({ name, value, line }) => !isHarmlessCookie(name) && !isExpiring(line, Date.now()) && isRandom(value));
}

function cookieValue(line: string): string {
  const [pair = ''] = line.split(';', 1);
  return pair.slice(pair.indexOf('=') + 1).trim();
}

function isRandom(value: string): boolean {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const bits = [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / value.length), 0);
  return bits >= LEAST_ENTROPY;
}
