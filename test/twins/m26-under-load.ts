import { loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

const MOST_AT_ONCE = 16;

/** With too much to do, the page that is at hand is served: whosever it is. */
function make(shed: boolean) {
  let running = 0;
  let last = '';
  const app = loginApp();
  app.get('/feed', requireUser, async (req, res) => {
    if (running >= MOST_AT_ONCE) return void (shed ? res.sendStatus(503) : res.send(last));
    running++;
    try {
      await pause(10);
      last = `<h1>Feed of ${userOf(req)}</h1>`;
      return void res.send(`<h1>Feed of ${userOf(req)}</h1>`);
    } finally {
      running--;
    }
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M26',
  name: 'the page at hand when there is too much to do',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/feed'] },
};
