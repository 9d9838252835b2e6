/** For options that may be given several times: commander hands over each value with those before it. */
export function listed(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
