/**
 * The suite flags each vulnerable app with its mechanism, and finds nothing in the fixed ones. Here it is asked for that mechanism
 * alone; `npm run twins` asks for all, which takes minutes.
 */
import { askTwin, loadTwin, provedIn, twinNames } from './twins.js';

const DEADLINE = 60_000;

describe.each(twinNames)('%s', (name) => {
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
