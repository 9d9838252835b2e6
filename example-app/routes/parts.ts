/** What the routes behind swapproof share. */
import type { Request, RequestHandler } from 'express';
import type { Frame } from '../pages/pages.js';
import type { User, Users } from '../users.js';
import type { Sessions } from './sessions.js';

export interface Parts {
  readonly sessions: Sessions;
  readonly users: Users;
  /** Lets only active sessions pass; others are sent to the login page, and back afterwards. */
  readonly loggedIn: RequestHandler;
  /** Who is logged in, behind `loggedIn`. */
  me(req: Request): Promise<User>;
  /** What the frame around a page shows: who is logged in, and what was to be said once. */
  frame(req: Request): Promise<Frame>;
}

export function routeParts(sessions: Sessions, users: Users): Parts {
  return {
    sessions,
    users,
    loggedIn: sessions.requireSession({ loginPath: '/login' }),
    async me(req) {
      const user = await sessions.of(req).identity();
      if (user === null) throw new Error('A session outlived its user: end sessions where users are deleted.');
      return user;
    },
    async frame(req) {
      return { user: await sessions.of(req).identity(), notes: sessions.takeFlash(req).map(({ text }) => text) };
    },
  };
}
