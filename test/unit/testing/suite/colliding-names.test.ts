/** Two names that make one key: what is no finding though both are answered with the same. */
import express from 'express';
import { runSwapSuite } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

it('takes a page that names everybody who was here for no key', async () => {
  const app = () => {
    const seen = new Set<string>();
    const made = express();
    made.use(express.urlencoded({ extended: false }), (req, _res, next) => {
      if (req.path === '/login' && req.body?.who) seen.add(String(req.body.who));
      next();
    });
    made.get('/latest', (_req, res) => void res.json([...seen]));
    return made.use(smallApp());
  };
  const routes = ['/account', '/latest'];
  const report = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, mechanisms: ['M7'] });
  expect(report.findings).toEqual([]);
});
