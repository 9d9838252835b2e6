import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Row {
  readonly login: string;
  readonly email: string;
}

const OLD: readonly Row[] = [
  { login: 'a.lovelace', email: 'ada.lovelace@example.com' },
  { login: 'b.boole', email: 'bob.boole@example.com' },
];

/** The rows came in another order than their keys: everybody has the account of the next one. */
function make(byKey: boolean) {
  const keys = OLD.map(({ login }) => login);
  const order = byKey ? OLD : [...OLD].reverse();
  const accounts = new Map(keys.map((key, index) => [key, order[index] as Row]));
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => {
    const { login, email } = accounts.get(userOf(req) as string) ?? { login: null, email: null };
    res.json({ login, email });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M25',
  name: 'accounts that were swapped in an import',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { users: OLD.map(({ login, email }) => ({ username: login, password: 'imported too', email })) },
};
