/**
 * An app as people have had it for years, express-session and Passport, with guard({ bind }) in front: over real HTTP, on
 * Express 4 or 5; closed after each test.
 */
import { createServer, type IncomingMessage } from 'node:http';
import flash from 'connect-flash';
import Tokens from 'csrf';
import express5, { type NextFunction, type Request, type Response } from 'express';
import session from 'express-session';
import express4 from 'express4';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { Strategy as OAuth2Strategy } from 'passport-oauth2';
import type { SwapproofEvent } from '../../lib/events.js';
import { guard } from '../../lib/guard.js';
import type { GuardOptions } from '../../lib/guard-options.js';
import { cookieNames } from '../../lib/session/cookies.js';
import { KitBrowser } from './kit-browser.js';
import { startProvider } from './provider.js';
import type { Answer } from './send.js';
import { silentStderr } from './silent-stderr.js';
import { SECRETS } from './tokens.js';

export interface BoundSetting {
  readonly framework?: 'express 4' | 'express 5';
  readonly session?: Partial<session.SessionOptions>;
  /** Null for no guard at all. */
  readonly bind?: Partial<NonNullable<GuardOptions['bind']>> | null;
  /** Null leaves the option `cookies` out. */
  readonly cookies?: readonly string[] | null;
  readonly guard?: GuardOptions;
  routes?(app: express5.Express): void;
}

export interface BoundApp {
  readonly port: number;
  readonly ownerName: string;
  readonly store: session.MemoryStore;
  readonly events: SwapproofEvent[];
  codes(): string[];
  detailsOf(code: string): SwapproofEvent['detail'][];
  browser(): KitBrowser;
}

interface Ending {
  close(): Promise<void>;
}

const endings: Ending[] = [];
afterEach(() => Promise.all(endings.splice(0).map((ending) => ending.close())));

export const SID = 'connect.sid';
const NEEDS_LOGIN = 'nobody';

/** Another session app with the same store stands for a second process, or for the time before the guard. */
export async function startBound(setting: BoundSetting = {}, store = new session.MemoryStore()): Promise<BoundApp> {
  const events: SwapproofEvent[] = [];
  const app = setting.framework === 'express 4' ? express4() : express5();
  if (setting.bind !== null) {
    const bind = { secret: SECRETS[0], ...setting.bind };
    const { cookies = [SID] } = setting;
    const named = cookies === null ? {} : { cookies };
    const options = { ...named, bind, log: (event: SwapproofEvent) => events.push(event), ...setting.guard };
    app.use(silentStderr(() => ({ front: guard(options) })).front);
  }
  app.use(session({ secret: 'of the app', resave: false, saveUninitialized: false, store, ...setting.session }));
  const provider = await startProvider();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  routesOf(app, port, provider.port);
  setting.routes?.(app);
  app.use(
    (error: Error, _req: Request, res: Response, _next: NextFunction) => void res.status(500).send(error.message),
  );
  const names = cookieNames(port);
  endings.push(provider, {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return {
    port,
    ownerName: names.owner,
    store,
    events,
    codes: () => events.map(({ code }) => code),
    detailsOf: (code) => events.filter((event) => event.code === code).map(({ detail }) => detail),
    browser: () => new KitBrowser(port, names),
  };
}

interface Owned extends session.SessionData {
  csrf: string;
  views: number;
}
const sessionOf = (req: IncomingMessage) => (req as Request).session as session.Session & Partial<Owned>;
const meOf = (req: Request) => (typeof req.user === 'string' ? req.user : NEEDS_LOGIN);

function routesOf(app: express5.Express, port: number, providerPort: number): void {
  const tokens = new Tokens();
  const auth = passports(port, providerPort);
  app.use(express5.urlencoded({ extended: false }) as express5.RequestHandler);
  app.use(auth.initialize());
  app.use(auth.session());
  app.use(flash());
  app.get('/login', (req, res) => {
    sessionOf(req).csrf ??= tokens.secretSync();
    res.send(tokens.create(sessionOf(req).csrf ?? ''));
  });
  app.post(
    '/login',
    (req, res, next) => {
      if (tokens.verify(sessionOf(req).csrf ?? '', String(req.body.csrf))) next();
      else res.status(403).send('csrf');
    },
    auth.authenticate('local'),
    (req, res) => void res.send(meOf(req)),
  );
  app.post('/simple-login', auth.authenticate('local'), (req, res) => void res.send(meOf(req)));
  app.get('/magic', (req, res, next) => req.logIn('magic', (error) => (error ? next(error) : res.redirect('/me'))));
  app.get('/auth', auth.authenticate('oauth2'));
  app.get('/callback', auth.authenticate('oauth2', { failureRedirect: '/failed' }), (_req, res) => res.redirect('/me'));
  app.all('/logout', (req, res, next) => req.logOut((error) => (error ? next(error) : res.redirect('/me'))));
  app.all('/destroy', (req, res) => {
    sessionOf(req).destroy(() => res.clearCookie(SID).send('gone'));
  });
  app.get('/me', (req, res) => void res.send(meOf(req)));
  app.all('/views', (req, res) => {
    sessionOf(req).views = (sessionOf(req).views ?? 0) + 1;
    res.send(String(sessionOf(req).views));
  });
  app.get('/unchanged', (req, res) => {
    sessionOf(req).views = (sessionOf(req).views ?? 0) + 1;
    res.status(304).end();
  });
  app.get('/warn', (req, res) => {
    req.flash('info', 'hello');
    res.redirect('/warned');
  });
  app.get('/warned', (req, res) => void res.send(req.flash('info').join()));
}

function passports(port: number, providerPort: number): passport.Authenticator {
  const auth = new passport.Passport();
  auth.serializeUser((user, done) => done(null, user));
  auth.deserializeUser((user: Express.User, done) => done(null, user));
  auth.use(new LocalStrategy((name, _password, done) => done(null, name as unknown as Express.User)));
  auth.use(
    new OAuth2Strategy(
      {
        authorizationURL: `http://127.0.0.1:${providerPort}/authorize`,
        tokenURL: `http://127.0.0.1:${providerPort}/token`,
        clientID: 'client',
        clientSecret: 'secret',
        callbackURL: `http://127.0.0.1:${port}/callback`,
        state: true,
      },
      (_access: string, _refresh: string, _profile: unknown, done: (error: null, user: Express.User) => void) =>
        done(null, 'oauth' as unknown as Express.User),
    ),
  );
  return auth;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** By the form, as a person would: its token lives in the session that GET /login begins. */
export async function logIn(browser: KitBrowser, name: string): Promise<Answer> {
  const { body: csrf } = await browser.get('/login');
  return browser.post('/login', {
    headers: FORM,
    body: new URLSearchParams({ username: name, password: 'x', csrf }).toString(),
  });
}

/** Without a form: the POST alone. */
export function postLogin(browser: KitBrowser, name: string): Promise<Answer> {
  return browser.post('/simple-login', { headers: FORM, body: `username=${name}&password=x` });
}

/** Through the provider and back, by GETs all the way. */
export async function oauthLogin(browser: KitBrowser): Promise<Answer> {
  const away = await browser.get('/auth');
  const there = new URL(String(away.headers.location));
  const answer = await fetch(there, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  return browser.get(`${back.pathname}${back.search}`);
}

export const meIn = async (browser: KitBrowser): Promise<string> => (await browser.get('/me')).body;

export function linesOf({ setCookies }: Answer, name: string): string[] {
  return setCookies.filter((line) => line.startsWith(`${name}=`));
}
