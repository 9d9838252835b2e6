import type { Hooks } from '../../lib/testing/index.js';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Order {
  readonly of: string;
  readonly number: number;
}

/** Confirmations leave when there is time, to whoever is the current user by then. */
function make({ mail }: Hooks, recipientInJob: boolean) {
  let currentUser: string | undefined;
  let numbers = 0;
  const remember: Handler = (req, _res, next) => {
    currentUser = userOf(req) ?? currentUser;
    next();
  };
  const confirm = async (order: Order) => {
    await pause(20);
    mail({ to: recipientInJob ? order.of : (currentUser as string), text: `Order ${order.number} of ${order.of}` });
  };
  const app = loginApp({ middleware: [remember] });
  app.post('/orders', requireUser, (req, res) => {
    const order = { of: userOf(req) as string, number: ++numbers };
    void confirm(order);
    res.status(202).json(order);
  });
  app.get('/orders', requireUser, (req, res) => void res.json({ of: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M29',
  name: 'a mail to the current user of a later moment',
  vulnerable: (hooks) => make(hooks, false),
  fixed: (hooks) => make(hooks, true),
  suite: { routes: ['POST /orders', '/orders'] },
};
