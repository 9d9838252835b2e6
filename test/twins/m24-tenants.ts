import { type Handler, loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Held {
  tenant?: string;
}

/** The tenant is the host that a proxy names, or anybody; the session is whoever has that name there. */
function make(ofTheTenant: boolean) {
  const remember: Handler = (req, _res, next) => {
    if (userOf(req) !== undefined) (req.session as unknown as Held).tenant ??= req.hostname;
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.set('trust proxy', !ofTheTenant);
  const tenant: Handler = (req, res, next) => {
    const held = req.session as unknown as Held;
    const here = req.hostname;
    if (userOf(req) === undefined) return res.sendStatus(401);
    return ofTheTenant && held.tenant !== here ? res.sendStatus(401) : next();
  };
  app.get(
    '/account',
    tenant as never,
    (req, res) => void res.json({ tenant: req.hostname.split('.')[0], owner: userOf(req) }),
  );
  return app;
}

const whoami = async (person: { get(path: string): Promise<{ answer: { body: Buffer } | null }> }) =>
  String((await person.get('/account')).answer?.body);

export const twin: Twin = {
  mechanism: 'M24',
  name: 'a session of one tenant at another',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { whoami, also: ['other.example.com'] },
};
