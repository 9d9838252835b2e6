/** Files: for everybody, for one person, in parts, and as attachments. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { ensureLoggedIn } from './security.js';
import { type Express, personOf } from './types.js';

const FILES = resolve('test/old-app/files');

export function addDownloads(app: Express): void {
  app.get('/terms', (_req, res) => res.sendFile('terms.txt', { root: FILES, maxAge: '1d' }));
  app.get('/statement', ensureLoggedIn, (_req, res) => res.sendFile(resolve(FILES, 'invoice.pdf')));
  app.get('/invoices/:file', ensureLoggedIn, (req, res, next) => {
    res.download(resolve(FILES, 'invoice.pdf'), `${personOf(req)?.name}-${req.params.file}`, (error) => {
      if (error && !res.headersSent) next(error);
    });
  });
  app.get('/export.csv', ensureLoggedIn, (req, res) => {
    res.attachment('orders.csv').send(`customer,total\n${personOf(req)?.name},42\n`);
  });
  app.get('/copy', ensureLoggedIn, (_req, res) => {
    res.type('txt');
    createReadStream(resolve(FILES, 'terms.txt')).pipe(res);
  });
}
