import { loginApp, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** A connection to a database with row-level security: it answers the rows of whom it was told. */
class Connection {
  #user: string | null = null;

  async query(sql: string, user: string | null = null): Promise<string[]> {
    await pause(1);
    if (sql.startsWith('SET app.user')) this.#user = user;
    if (sql.startsWith('RESET')) this.#user = null;
    return sql.startsWith('SELECT') && this.#user !== null ? [`note of ${this.#user}`] : [];
  }
}

class Pool {
  readonly #free = [new Connection(), new Connection()];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  async take(): Promise<Connection> {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }
}

/** `SET app.user` for the logged in; strangers see what is public, and what the connection still thinks. */
function make(reset: boolean) {
  const pool = new Pool();
  const app = loginApp();
  app.get('/notes', async (req, res) => {
    const connection = await pool.take();
    try {
      const user = userOf(req);
      if (user) await connection.query('SET app.user = $1', user);
      res.json({ notes: await connection.query('SELECT text FROM notes') });
    } finally {
      if (reset) await connection.query('RESET app.user');
      pool.release(connection);
    }
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M19',
  name: 'SET app.user on a pooled connection',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/notes'] },
};
