import type { Express, NextFunction, Request, Response } from 'express';
import type { PassportStatic } from 'passport';
import type { Person } from './people.js';

declare module 'express-session' {
  interface SessionData {
    cart: string[];
    csrfSecret: string;
    returnTo: string;
    views: number;
  }
}

export type { Express, NextFunction, Request, Response };

/** What the routes are given. */
export interface Parts {
  readonly passport: PassportStatic;
  readonly providerPort: number;
  readonly upstreamPort: number;
  /** The links that were mailed. */
  readonly outbox: string[];
}

export function personOf(req: Request): Person | undefined {
  return req.user as Person | undefined;
}
