/** Walls and form tokens as such apps have them: a login wall with returnTo and flash, csurf's token in the session. */
import Tokens from 'csrf';
import type { NextFunction, Request, Response } from './types.js';

const tokens = new Tokens();

export function protectForms(req: Request, res: Response, next: NextFunction): void {
  res.locals.csrfToken = () => {
    if (!req.session.csrfSecret) req.session.csrfSecret = tokens.secretSync();
    return tokens.create(req.session.csrfSecret);
  };
  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method) || req.path.startsWith('/api/')) {
    next();
    return;
  }
  const token = String(req.body?._csrf ?? req.get('X-CSRF-Token') ?? '');
  if (tokens.verify(req.session.csrfSecret ?? '', token)) next();
  else res.status(403).send('Form tampered with');
}

export function ensureLoggedIn(req: Request, res: Response, next: NextFunction): void {
  if (req.isAuthenticated()) {
    next();
    return;
  }
  req.session.returnTo = req.originalUrl;
  req.flash('error', 'Please log in.');
  res.redirect('/login');
}
