/** One side of a twin at a time, asked for its own mechanism alone: `npm run twins` asks for all, which takes minutes. */
import { askTwin, loadTwin, provedIn, twinNames } from './twins.js';

/** Of one case, in milliseconds. */
const DEADLINE = 60_000;

/** In CI all of them, elsewhere the first of each mechanism: `npm run twins -- --own` asks all as CI does. */
const names = twinNames.filter((name, index) => {
  return process.env.CI === 'true' || name.slice(0, 3) !== twinNames[index - 1]?.slice(0, 3);
});

/** The suite flags each vulnerable app with its mechanism, and finds nothing in the fixed ones. The twins of `from` to `to`, as m01 and m04. */
export function checkTwins(from: string, to: string): void {
  const asked = names.filter((name) => name.slice(0, 3) >= from && name.slice(0, 3) <= to);
  describe.each(asked)('%s', (name) => {
    it(
      'is flagged with its mechanism',
      async () => {
        const twin = await loadTwin(name);
        expect(provedIn(await askTwin(twin, 'vulnerable', [twin.mechanism]))).toContain(twin.mechanism);
      },
      DEADLINE,
    );

    it(
      'is clean when fixed',
      async () => {
        const twin = await loadTwin(name);
        expect(await askTwin(twin, 'fixed', [twin.mechanism])).toMatchObject({ verdict: 'clean', findings: [] });
      },
      DEADLINE,
    );
  });
}
