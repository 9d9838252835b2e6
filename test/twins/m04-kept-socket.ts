import { loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** A progress line, written to the socket when the work is done: the response may be long over, and the next one on its way. */
function make(checked: boolean) {
  const app = loginApp();
  app.post('/export', requireUser, (req, res) => {
    const user = userOf(req);
    const { socket } = res;
    void pause(20).then(() => {
      if (!checked) socket?.write(`data: export of ${user} is ready\n\n`);
      else if (!res.writableEnded) res.write(`data: export of ${user} is ready\n\n`);
    });
    res.status(202).json({ queued: true });
  });
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M4',
  name: 'a kept socket that is written to late',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/account', 'POST /export'] },
};
