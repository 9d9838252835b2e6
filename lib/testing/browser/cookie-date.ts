/** The dates of `Expires`, read as browsers read them (RFC 6265bis, section 5.6.1): not as `Date.parse` does. */

const DELIMITERS = /[\t\x20-\x2f;-@[-`{-~]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const MONTH = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const YEAR = /^(\d{2,4})(?:\D|$)/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Milliseconds since the epoch, or null for what is no date. Each part is the first word that looks like it. */
export function readCookieDate(text: string): number | null {
  const words = text.split(DELIMITERS);
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const index = words.findIndex((word) => pattern.test(word));
    return index < 0 ? null : pattern.exec(words.splice(index, 1)[0] ?? '');
  };
  const time = take(TIME)?.slice(1).map(Number);
  const day = Number(take(DAY)?.[1]);
  const month = MONTHS.indexOf(take(MONTH)?.[1]?.toLowerCase() ?? '');
  const year = fullYear(take(YEAR)?.[1]);
  if (time === undefined || month < 0 || !(year >= 1601)) return null;
  const [hour = 0, minute = 0, second = 0] = time;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : null;
}

function fullYear(digits: string | undefined): number {
  const year = Number(digits);
  if (year >= 70 && year <= 99) return year + 1900;
  return year >= 0 && year <= 69 ? year + 2000 : year;
}
