/** A cart that is there before anybody logs in, and goes along when they do. */
import { Router } from 'express';
import { type Cart, withOneMore } from '../cart.js';
import { shopPage } from '../pages/pages.js';
import { fields } from '../users.js';
import type { Parts } from './parts.js';

export function shopRoutes({ sessions, frame }: Parts): Router {
  const router = Router();

  router.get('/shop', async (req, res) => {
    const cart = (await sessions.of(req).stored.get<Cart>('cart')) ?? {};
    res.send(shopPage({ ...(await frame(req)), cart }));
  });

  router.post('/shop/add', async (req, res) => {
    const { stored } = sessions.of(req);
    await stored.set('cart', withOneMore((await stored.get<Cart>('cart')) ?? {}, fields(req.body, 'item').item));
    res.redirect(303, '/shop');
  });

  router.post('/shop/empty', async (req, res) => {
    await sessions.of(req).stored.delete('cart');
    res.redirect(303, '/shop');
  });

  return router;
}
