/** How the commands of `tokens` answer. */
import { printable } from '../../evidence/text/printable.js';

/** Exit code where some tokens are not as it was asked. */
export const NOT_ALL = 1;

/** Raised whenever something in the JSON changes its meaning or goes. */
const SCHEMA_VERSION = 1;

export function jsonOf(answer: object): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n`;
}

/** Rows of text under their headings, each column as wide as what is in it. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  const text = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return lines.map((row) => `${text(row).trimEnd()}\n`).join('');
}

/** `2026-11-25 16:55 UTC`, to the minute. */
export function time(at: Date | number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
