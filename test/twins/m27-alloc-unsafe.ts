import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const RECORD = 256;

/** A record of fixed size, of which only the beginning is written. */
function make(alloc: (size: number) => Buffer) {
  const app = loginApp();
  app.get('/record', requireUser, (req, res) => {
    const record = alloc(RECORD);
    record.write(`owner=${userOf(req)};`);
    res.type('application/octet-stream').send(record);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M27',
  name: 'Buffer.allocUnsafe() filled in part',
  vulnerable: () => make((size) => Buffer.allocUnsafe(size)),
  fixed: () => make((size) => Buffer.alloc(size)),
  suite: { routes: ['/record'] },
};
