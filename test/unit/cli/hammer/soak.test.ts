/** The short form of `npm run hammer:soak`. */
import { SOAK_WORLDS } from '../../../soak/worlds.js';

// The example app reports there that requests which were cut off had ended.
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

it.each(SOAK_WORLDS)(
  'finds nothing in $name',
  async ({ run }) => {
    const { verdict, findings } = await run({ requests: 200 });
    expect({ verdict, findings }).toEqual({ verdict: 'clean', findings: [] });
  },
  60_000,
);
