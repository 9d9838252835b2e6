/** Text in columns, for terminals of 80. */
const WIDTH = 80;
const LABEL = 12;

/** At blanks where there are any, else in the middle: no line is longer than `width`. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 0 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** `  why       It was asked ...`, further lines under the first. */
export function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = wrapped(text || '-', WIDTH - LABEL);
  return [`  ${label}`.padEnd(LABEL) + first, ...rest.map((line) => ' '.repeat(LABEL) + line)];
}

/** At the right of its column. */
export function pad(text: string, width: number): string {
  return text.padStart(width);
}
