import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Replies come in the order of the commands; a command that took too long is given up, and its reply is the next one's. */
class Connection {
  readonly #waiting: ((reply: string) => void)[] = [];
  #broken = false;

  get broken(): boolean {
    return this.#broken;
  }

  query(user: string): Promise<string> {
    setTimeout(() => this.#waiting.shift()?.(`orders of ${user}`), 5);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      const late = setTimeout(() => {
        const index = this.#waiting.indexOf(resolve);
        if (index < 0) return;
        this.#waiting.splice(index, 1);
        this.#broken = true;
        reject(new Error('timed out'));
      }, 1_000);
      late.unref();
    });
  }
}

function make(replaced: boolean) {
  let connection = new Connection();
  const app = loginApp();
  app.get('/orders', requireUser, async (req, res) => {
    if (replaced && connection.broken) connection = new Connection();
    try {
      res.json({ orders: await connection.query(userOf(req) as string) });
    } catch {
      res.sendStatus(504);
    }
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M16',
  name: 'a connection that goes on after a timeout',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/orders'] },
};
