/** Keeps the event loop from going on. @param duration milliseconds */
export function stall(duration: number): void {
  const until = performance.now() + duration;
  while (performance.now() < until);
}
