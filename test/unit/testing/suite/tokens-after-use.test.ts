import type { Person } from '../../../../lib/testing/index.js';
import { runSwapSuite } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

/** Tokens that are written again with what was read of them, or that are left alone. */
function tokens(secretOf: (person: Person) => string, blanks: boolean) {
  const stored = new Map<string, string>();
  return {
    create: async (person: Person) => {
      const secret = secretOf(person);
      stored.set('one', secret);
      return secret;
    },
    verify: async (secret: string) => stored.get('one') === secret,
    touch: () => void (blanks && stored.set('one', '')),
  };
}
const ask = (hooks: ReturnType<typeof tokens>) =>
  runSwapSuite({
    app: () => smallApp(),
    login: '/login',
    whoami: '/whoami',
    routes: ['/account'],
    mechanisms: ['M20'],
    tokens: hooks,
  });

it.each(['plain', 'with.parts', 'ends-in-a-separator-', 'and_', '-._:'])(
  'finds nothing wrong with the token %j',
  async (secret) => expect(await ask(tokens(() => secret, false))).toMatchObject({ verdict: 'clean' }),
);

it('finds one that was blanked when it was used', async () => {
  expect((await ask(tokens(() => 'id.secret-', true))).findings).toMatchObject([{ mechanism: 'M20', owner: 'ada' }]);
});
