/** What a text of JSON says, whatever its shape. */

/** Every string and number in it, the innermost first, with the name that it stands under; of what is no JSON, none. */
export function jsonLeaves(text: string): (readonly [name: string, value: string | number])[] {
  const found: (readonly [string, string | number])[] = [];
  try {
    JSON.parse(text, (name, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'number') found.push([name, value]);
      return value;
    });
  } catch {
    return [];
  }
  return found;
}
