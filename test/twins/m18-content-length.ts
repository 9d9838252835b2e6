import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** The length in characters where bytes are counted: what is over goes in front of the next response on the connection. */
function make(inBytes: boolean) {
  const app = loginApp();
  app.get('/card', requireUser, (req, res) => {
    const card = `<h1>Visitenkarte f\u00fcr</h1><p lang="de">Gr\u00fc\u00dfe von ${userOf(req)}</p>`;
    res.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': inBytes ? Buffer.byteLength(card) : card.length,
    });
    res.end(card);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M18',
  name: 'Content-Length counted in characters',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/card'] },
};
