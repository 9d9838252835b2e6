/** Pages and an API that write to the session on any method, and say about caching whatever came to mind. */
import { form, page } from './page.js';
import { ensureLoggedIn } from './security.js';
import { type Express, personOf } from './types.js';

export function addPages(app: Express): void {
  app.get('/', (req, res) => {
    if (req.user) req.session.views = (req.session.views ?? 0) + 1;
    res.send(page(req, `<h1>Shop</h1><p>${req.session.views ?? 0} views, in ${req.cookies.lang ?? 'en'}</p>`));
  });
  app.get('/account', ensureLoggedIn, (req, res) => {
    res.send(page(req, form(res, '/account', '<input name="city">')));
  });
  app.post('/account', ensureLoggedIn, (req, res) => {
    req.flash('info', `You live in ${req.body.city}.`);
    res.redirect(303, '/account');
  });
  app.get('/lang/:code', (req, res) => {
    res.cookie('lang', req.params.code, { maxAge: 1000 * 60 * 60 * 24 * 365 });
    res.redirect(req.get('Referer') ?? '/');
  });
  app.get('/cart/add/:item', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.params.item];
    res.redirect('/cart');
  });
  app.get('/cart', (req, res) => {
    res.json({ owner: personOf(req)?.name ?? null, cart: req.session.cart ?? [] });
  });
  addCachedPages(app);
  addApi(app);
}

function addCachedPages(app: Express): void {
  app.get('/prices', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').json({ tea: 3 });
  });
  // The mistake that the guard is there for: somebody cached the menu, and later somebody put the name into it.
  app.get('/menu', (req, res) => {
    res.set('Cache-Control', 'public, max-age=60').send(`Hello ${personOf(req)?.name ?? 'stranger'}`);
  });
  app.get('/news', (_req, res) => {
    res.set({ 'Surrogate-Control': 'max-age=600', Expires: new Date(Date.UTC(2040, 0)).toUTCString() });
    res.set('X-Accel-Expires', '600').send('<h1>News</h1>');
  });
  app.get('/avatar', ensureLoggedIn, (req, res) => {
    res.set({ 'Cache-Control': 'private, max-age=600', ETag: `"avatar-${personOf(req)?.id}"` });
    res.type('svg').send(`<svg><title>${personOf(req)?.name}</title></svg>`);
  });
}

function addApi(app: Express): void {
  app.get('/api/me', (req, res) => {
    const name = req.get('Authorization') === 'Bearer of-bob' ? 'bob' : personOf(req)?.name;
    if (name) res.json({ name });
    else res.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'Who are you?' });
  });
  app.put('/api/notes/:id', ensureLoggedIn, (req, res) => {
    res
      .status(201)
      .location(`/api/notes/${req.params.id}`)
      .json({ by: personOf(req)?.name, note: req.body.note });
  });
  app.options('/api/me', (_req, res) => {
    res.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Max-Age': '600' }).sendStatus(204);
  });
}
