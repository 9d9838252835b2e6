/** One line that no terminal obeys: what is printed may come from anybody. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
