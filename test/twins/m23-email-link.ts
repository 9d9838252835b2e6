import { randomBytes } from 'node:crypto';
import { loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Person {
  readonly user: { readonly username: string };
  post(path: string, body: object): Promise<{ readonly answer: { readonly body: Buffer } | null }>;
}

/** Keycloak CVE-2026-9087: the proof knows whose it is, and not who has asked for it. The link goes into a mail; here, into the answer. */
function make(boundToBrowser: boolean) {
  const proofs = new Map<string, { readonly user: string; readonly browser: string }>();
  const app = loginApp({ session: { saveUninitialized: true } });
  app.post('/login/link', (req, res) => {
    const token = randomBytes(16).toString('base64url');
    proofs.set(token, { user: String(req.body.email), browser: req.sessionID });
    res.json({ link: `/login/confirm?token=${token}` });
  });
  app.get('/login/confirm', (req, res, next) => {
    const token = String(req.query.token);
    const proof = proofs.get(token);
    if (proof === undefined || (boundToBrowser && proof.browser !== req.sessionID)) return void res.sendStatus(403);
    if (boundToBrowser) proofs.delete(token);
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { user: proof.user });
      return res.redirect(303, '/account');
    });
  });
  app.get('/account', (req, res) => void res.json({ owner: userOf(req) ?? null }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M23',
  name: 'a link in a mail that works in any browser',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: {
    links: async (person: Person) => {
      const { answer } = await person.post('/login/link', { email: person.user.username });
      return (JSON.parse(String(answer?.body)) as { link: string }).link;
    },
  },
};
