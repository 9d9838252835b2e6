import { loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** Who may see a camera is asked once and remembered by the camera alone, whoever asked. */
function make(subjectInKey: boolean) {
  const owners = new Map<string, string>();
  const allowed = new Map<string, boolean>();
  const mayView = async (user: string, camera: string) => {
    const key = subjectInKey ? JSON.stringify([user, camera]) : camera;
    if (allowed.get(key)) return true;
    await pause();
    if (owners.get(camera) === user) allowed.set(key, true);
    return owners.get(camera) === user;
  };
  const app = loginApp();
  app.put('/cameras/:id', requireUser, (req, res) => {
    if (!owners.has(req.params.id as string)) owners.set(req.params.id as string, userOf(req) as string);
    res.sendStatus(204);
  });
  app.get('/cameras/:id', requireUser, async (req, res) => {
    const camera = req.params.id as string;
    if (!(await mayView(userOf(req) as string, camera))) return void res.sendStatus(403);
    return void res.json({ camera, owner: owners.get(camera), picture: `the hall of ${owners.get(camera)}` });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M10',
  name: 'a permission remembered without its subject',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['PUT /cameras/hall', '/cameras/hall'] },
};
