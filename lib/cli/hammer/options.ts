/** What a run of hammer is told, as the command line made it. */
import type { Question } from '../../evidence/exchange.js';
import type { Account, Person } from '../../testing/world/person.js';
import type { Route } from '../../testing/world/suite-options.js';

export interface HammerUser {
  /** What reports call this user; with a password, what is logged in with. */
  readonly name: string;
  readonly password: string | null;
  /** Cookies of a login that was made before, as `Set-Cookie` lines. */
  readonly cookies: readonly string[] | null;
  /** Strings that nobody else may be shown, beside the name. */
  readonly marks: readonly string[];
}

export type Login =
  /** The form on that page is filled in, hidden inputs and all. */
  | {
      readonly kind: 'form' | 'json';
      readonly path: string;
      readonly fields: readonly [name: string, password: string];
    }
  /** Everybody comes with cookies. */
  | { readonly kind: 'cookies' }
  /** Code of the user's; it may answer `{ cookie }` or `{ headers }` to be sent from then on. */
  | { readonly kind: 'module'; readonly logIn: LoginFunction };

export type LoginFunction = (person: Person, user: Account['user']) => unknown;

export interface HammerOptions {
  readonly url: string;
  /** At least two. */
  readonly users: readonly HammerUser[];
  readonly login: Login;
  readonly routes: readonly Route[];
  /** Says who is logged in. */
  readonly whoami: Route;
  /** How many ask at once; the users share them. Default 8. */
  readonly browsers?: number;
  /** Of the plan: what learning and explaining ask comes on top. Default 500. */
  readonly requests?: number;
  /** Of the plan. Default 30. */
  readonly seconds?: number;
  readonly seed?: string;
  /** Nothing stands in front of the app; null: told by its headers. Default null. */
  readonly direct?: boolean | null;
  readonly insecureTls?: boolean;
  /** Needed where the URL is not loopback. */
  readonly ownsHost?: boolean;
  /** The command that repeats the run, with nothing secret in it. */
  readonly replay: (seed: string) => string;
  /** Milliseconds after which a short-lived cache has forgotten. Default 2,100: a second, and what caches round up. */
  readonly patience?: number;
  /** Told how far it is. */
  readonly onProgress?: (asked: number, most: number, what: string) => void;
  /** Ends the run early: the report tells what was seen so far, and is never clean. */
  readonly signal?: AbortSignal;
}

export const DEFAULTS = { browsers: 8, requests: 500, seconds: 30, patience: 2_100 };

/** Nobody finds more with more; what is in front of the app would only be hurt. */
export const MOST = { browsers: 64, requests: 1_000_000, seconds: 3_600 };

/** The question that a route is, under a query of its own if `fresh` is given: then only those who share it share the URL. */
export function questionOf({ method, path, headers, body }: Route, fresh: string | null = null): Question {
  const query = fresh === null || !isRead(method) ? '' : `${path.includes('?') ? '&' : '?'}swapproof=${fresh}`;
  return { method, path: `${path}${query}`, headers, ...(body !== undefined && { body }) };
}

export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
