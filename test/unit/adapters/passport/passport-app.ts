/** An app of the kit with a Passport of its own. Always there: POST /in?as=Ada, POST /out, GET /user, all by callbacks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { Passport } from 'passport';
import { type PassportSessionsOptions, passportSessions } from 'swapproof/passport';
import { type App, type Kit, type KitApp, type KitSetting, parameter, startKit } from '../../../helpers/kit-app.js';
import type { KitBrowser } from '../../../helpers/kit-browser.js';

export interface User {
  readonly id: unknown;
  readonly name: string;
}

export const ADA: User = { id: 'ada', name: 'Ada' };
export const BOB: User = { id: 'bob', name: 'Bob' };

type PassportInstance = InstanceType<typeof Passport>;
type Callback = (error?: unknown) => void;

/** What Passport and the adapter add to a request. */
export interface PassportRequest extends IncomingMessage {
  user?: unknown;
  logIn(user: unknown, options?: object | Callback, done?: Callback): Promise<void>;
  logOut(options?: object | Callback, done?: Callback): Promise<void>;
  isAuthenticated(): boolean;
  isUnauthenticated(): boolean;
  flash(...args: readonly unknown[]): unknown;
}

export interface PassportSetting extends Omit<KitSetting, 'routes'> {
  readonly users?: readonly User[];
  readonly adapter?: PassportSessionsOptions;
  /** What `serializeUser` answers, now or later. Default: the user's id. */
  serialize?(user: User): unknown;
  /** Awaited before `deserializeUser` answers; what it throws goes to Passport. */
  finding?(id: unknown): Promise<void>;
  routes?(app: App, parts: { sessions: Kit; passport: PassportInstance }): void;
}

export interface PassportApp extends KitApp {
  readonly passport: PassportInstance;
  /** What `deserializeUser` was given. */
  readonly asked: unknown[];
}

export async function startPassport(setting: PassportSetting = {}): Promise<PassportApp> {
  const { users = [ADA, BOB], adapter, serialize = ({ id }) => id, finding, routes, ...kitSetting } = setting;
  const passport = new Passport();
  const asked: unknown[] = [];
  passport.serializeUser((user, done) => {
    Promise.resolve(serialize(user as User)).then((id) => done(null, id), done);
  });
  passport.deserializeUser((id, done) => {
    asked.push(id);
    const found = users.find((user) => JSON.stringify(serialize(user)) === JSON.stringify(id));
    Promise.resolve(finding?.(id)).then(() => done(null, (found ?? false) as Express.User | false), done);
  });
  const app = await startKit({
    ...kitSetting,
    routes(app, sessions) {
      app.use(express.urlencoded({ extended: false }));
      app.use(passportSessions(passport, sessions, adapter));
      onPassport(app, 'POST', '/in', (req, res, next) => {
        const user = users.find(({ name }) => name === parameter(req, 'as'));
        void req.logIn(user, (error) => (error ? next(error) : res.end('in')));
      });
      onPassport(app, 'POST', '/out', (req, res, next) => {
        void req.logOut((error) => (error ? next(error) : res.end('out')));
      });
      onPassport(app, 'GET', '/user', (req, res) => {
        res.end(JSON.stringify([req.user ?? null, req.isAuthenticated(), req.isUnauthenticated()]));
      });
      routes?.(app, { sessions, passport });
    },
  });
  return Object.assign(app, { passport, asked });
}

export function onPassport(
  app: App,
  method: string,
  path: string,
  handler: (req: PassportRequest, res: ServerResponse, next: Callback) => unknown,
): void {
  app.on(method, path, (req, res, next) => handler(req as PassportRequest, res, next));
}

/** What GET /user says of a browser: the user, and whether there is one, asked in both ways. */
export async function userOf(browser: KitBrowser): Promise<User | null> {
  const { status, body } = await browser.get('/user');
  if (status !== 200) throw new Error(`/user answered ${status} ${body}`);
  const [user, is, isNot] = JSON.parse(body);
  if (is !== (user !== null) || isNot === is) throw new Error(`/user contradicts itself: ${body}`);
  return user;
}
