/**
 * Cache directives read as leniently as any cache might (standards of RFC 9111 section 5.2 and worse): names in any
 * case, values bare or quoted, several lines, empty members.
 */

/** Values by directive name in lower case; a bare directive has `''`, an empty value is `'""'`. */
export type Directives = ReadonlyMap<string, readonly string[]>;

/**
 * Reads lines split at `,`; with `separators` given, at each of these. `public; max-age=60` is one unknown directive to
 * a strict cache and two to one that searches the text.
 */
export function readDirectives(lines: readonly string[], separators = ','): Directives {
  const found = new Map<string, string[]>();
  for (const member of lines.flatMap((line) => splitOutsideQuotes(line, separators))) {
    const equals = member.indexOf('=');
    const name = (equals === -1 ? member : member.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? '' : unquoted(member.slice(equals + 1).trim()) || '""';
    if (name === '') continue;
    const values = found.get(name);
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  return found;
}

/** Whether the directive is there without a value: `private`, not `private="x-secret"`. */
export function isBare(directives: Directives, name: string): boolean {
  return directives.get(name)?.includes('') ?? false;
}

/** The largest number of seconds among the values; 0 for one that is no number, undefined if absent. */
export function seconds(directives: Directives, name: string): number | undefined {
  const numbers = directives.get(name)?.map((value) => Number.parseFloat(value));
  // Not `Math.max(...numbers)`: a call takes no hundred thousand arguments.
  return numbers?.filter(Number.isFinite).reduce((largest, number) => Math.max(largest, number), 0);
}

function splitOutsideQuotes(line: string, separators: string): string[] {
  const members: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === '\\' && quoted) i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && separators.includes(char)) {
      members.push(line.slice(start, i));
      start = i + 1;
    }
  }
  members.push(line.slice(start));
  return members;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
