/** The suite flags each vulnerable app with its mechanism, and finds nothing in the fixed ones. */
import { askTwin, loadTwin, provedIn, twinNames } from './twins.js';

const DEADLINE = 60_000;

describe.each(twinNames)('%s', (name) => {
  it(
    'is flagged with its mechanism',
    async () => {
      const twin = await loadTwin(name);
      expect(provedIn(await askTwin(twin, 'vulnerable'))).toContain(twin.mechanism);
    },
    DEADLINE,
  );

  it(
    'is clean when fixed',
    async () => {
      expect(await askTwin(await loadTwin(name), 'fixed')).toMatchObject({ verdict: 'clean', findings: [] });
    },
    DEADLINE,
  );
});
