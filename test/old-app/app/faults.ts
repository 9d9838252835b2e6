/** What goes wrong: thrown, rejected, handed on, too late, malformed, missing. */
import type { Express, NextFunction, Request, Response } from './types.js';

const later = () => new Promise((resolve) => setImmediate(resolve));

export function addFaults(app: Express): void {
  app.get('/faults/thrown', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=60');
    throw new Error('thrown');
  });
  // With Express 4 a rejection that nobody catches ends the process, so that every handler is written like this.
  app.get('/faults/rejected', (_req, _res, next) => {
    later()
      .then(() => Promise.reject(new Error('rejected')))
      .catch(next);
  });
  app.get('/faults/handed-on', (_req, _res, next) => next(Object.assign(new Error('teapot'), { status: 418 })));
  app.get('/faults/late', (_req, res, next) => {
    res.type('txt').flushHeaders();
    later().then(() => next(new Error('too late')));
  });
  app.get('/faults/twice', (_req, res) => {
    res.send('first');
    try {
      res.set('X-Late', '1').send('second');
    } catch {
      // As the app's own code has it.
    }
  });
}

export function addLastHandlers(app: Express): void {
  app.use((_req: Request, res: Response) => void res.status(404).send('Nothing here'));
  app.use((error: Error & { status?: number }, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) next(error);
    else res.status(error.status ?? 500).send(`Sorry: ${error.message}`);
  });
}
