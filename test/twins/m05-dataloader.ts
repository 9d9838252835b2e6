import DataLoader from 'dataloader';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Wish {
  readonly item: string;
  readonly viewer: string;
}

interface Job {
  readonly item: string;
  readonly token: string;
}

/** The service behind: one call for many items, with the token of one user. */
async function fetchWishes(items: readonly string[], token: string): Promise<Wish[]> {
  await pause();
  return items.map((item) => ({ item, viewer: token }));
}

/** One loader for the whole process: what is asked in the same tick goes out in one call, as whoever asked first. */
function vulnerable() {
  const loader = new DataLoader<Job, Wish>(
    (jobs) =>
      fetchWishes(
        jobs.map(({ item }) => item),
        jobs[0]?.token ?? '',
      ),
    {
      cache: false,
      batchScheduleFn: (callback) => setTimeout(callback, 10),
    },
  );
  const app = loginApp();
  app.get('/wish', requireUser, async (req, res) => {
    res.json(await loader.load({ item: String(req.query.item ?? 'bike'), token: userOf(req) as string }));
  });
  return app;
}

function fixed() {
  const loaders: Handler = (req, res, next) => {
    res.locals.loader = new DataLoader<string, Wish>((items) => fetchWishes(items, userOf(req) as string), {
      batchScheduleFn: (callback) => setTimeout(callback, 10),
    });
    next();
  };
  const app = loginApp({ middleware: [loaders] });
  app.get('/wish', requireUser, async (req, res) => {
    res.json(await (res.locals.loader as DataLoader<string, Wish>).load(String(req.query.item ?? 'bike')));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M5',
  name: 'a DataLoader for the whole process',
  vulnerable,
  fixed,
  suite: { routes: ['/wish?item=bike', '/wish?item=book'] },
};
