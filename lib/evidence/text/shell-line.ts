/** A command over several lines that a shell still takes as one. */

/** Words of a command, quotes and all. */
const WORD = /(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+|\S/g;

/** Options of curl and of ours; those of curl that stand alone are left out. */
const WITH_VALUE = /^--(?!include$|head$|path-as-is$)[a-z-]+$/;

/** Breaks between words only, and not after an option that a value follows: a word that is too long stays whole. */
export function shellLines(command: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of partsOf(command)) {
    const longer = line === '' ? part : `${line} ${part}`;
    if (line !== '' && longer.length > width - 2) {
      lines.push(`${line} \\`);
      line = `  ${part}`;
    } else line = longer;
  }
  return [...lines, line];
}

/** Each option with its value. */
function partsOf(command: string): string[] {
  const parts: string[] = [];
  for (const word of command.match(WORD) ?? []) {
    const before = parts.at(-1);
    const belongs = before !== undefined && WITH_VALUE.test(before) && !word.startsWith('--');
    if (belongs) parts[parts.length - 1] = `${before} ${word}`;
    else parts.push(word);
  }
  return parts;
}
