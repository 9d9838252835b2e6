/** Figures of all rounds, as ratios that a noisy machine leaves readable. */
import { type Variant, type VariantName, variantNames, variants } from './variants.js';

/** One round of one variant. */
export interface Sample {
  readonly perSecond: number;
  /** Of the server's processor, for a request. */
  readonly microseconds: number;
}

export type Samples = Readonly<Record<VariantName, readonly Sample[]>>;

export interface Figure {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Row {
  readonly name: VariantName;
  readonly title: string;
  readonly perSecond: Figure;
  readonly microseconds: Figure;
  /** Requests a second against those of `base` in the same round; null for a bare route. */
  readonly ratio: Figure | null;
  readonly base: VariantName | null;
}

export function rowsOf(samples: Samples): Row[] {
  return variantNames.map((name) => {
    const { title, base }: Variant = variants[name];
    const own = samples[name];
    const ratios =
      base && own.map(({ perSecond }, round) => perSecond / (samples[base][round]?.perSecond ?? Number.NaN));
    return {
      name,
      title,
      perSecond: figureOf(own.map(({ perSecond }) => perSecond)),
      microseconds: figureOf(own.map(({ microseconds }) => microseconds)),
      ratio: ratios ? figureOf(ratios) : null,
      base: base ?? null,
    };
  });
}

function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, lowest: at(0), highest: at(sorted.length - 1) };
}

export function tableOf(rows: readonly Row[]): string {
  const header = ['', 'req/s', '[spread]', 'us/req', '[spread]', 'ratio', '[spread]', 'of'];
  const lines = rows.map(({ title, perSecond, microseconds, ratio, base }) => [
    title,
    ...columns(perSecond, 0),
    ...columns(microseconds, 0),
    ...(ratio ? columns(ratio, 2) : ['1', '']),
    base === null ? '' : variants[base].title,
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => (line[column] ?? '').length)));
  const printed = [header, ...lines].map((line) =>
    line.map((cell, column) => aligned(cell, widths[column] ?? 0, column)),
  );
  return printed.map((cells) => cells.join('  ').trimEnd()).join('\n');
}

function columns({ median, lowest, highest }: Figure, digits: number): [string, string] {
  return [median.toFixed(digits), `[${lowest.toFixed(digits)}-${highest.toFixed(digits)}]`];
}

function aligned(cell: string, width: number, column: number): string {
  return column === 0 || column === 7 ? cell.padEnd(width) : cell.padStart(width);
}
