import { type Handler, loginApp, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Model {
  user?: string | undefined;
  title: string;
}

/** View models from a free list. Only what a request sets is written, so that a stranger's page shows who had the object before. */
function make(clean: boolean) {
  const free: Model[] = [];
  const models: Handler = (req, res, next) => {
    const model: Model = free.pop() ?? { title: '' };
    if (userOf(req)) model.user = userOf(req);
    res.locals.model = model;
    res.on('finish', () => {
      if (clean) delete model.user;
      free.push(model);
    });
    next();
  };
  const app = loginApp({ middleware: [models] });
  app.get('/start', async (_req, res) => {
    const model = res.locals.model as Model;
    model.title = 'Start';
    await pause();
    res.send(
      `<h1>${model.title}</h1>${model.user ? `<p>Welcome back, ${model.user}</p>` : '<a href="/login">Log in</a>'}`,
    );
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M2',
  name: 'a view model that is used again uncleaned',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/start'] },
};
