import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** Wyze, February 2024: which device is whose is put together from two answers, and under load they were of two users. */
function make(checked: boolean) {
  const devices = new Map<string, { readonly owner: string; readonly device: string }>();
  let asking = '';
  const load = async (user: string, key: string) => {
    asking = user;
    await pause();
    const entry = { owner: asking, device: `camera of ${asking}` };
    devices.set(key, entry);
    return entry;
  };
  const deviceOf: Handler = async (req, res) => {
    const user = userOf(req) as string;
    const entry = devices.get(req.sessionID) ?? (await load(user, req.sessionID));
    if (!checked || entry.owner === user) return res.json(entry);
    devices.delete(req.sessionID);
    return res.json({ owner: user, device: `camera of ${user}` });
  };
  const app = loginApp();
  app.get('/device', requireUser, deviceOf);
  return app;
}

export const twin: Twin = {
  mechanism: 'M10',
  name: 'a map of devices that is mixed up once and believed ever after',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/device'] },
};
