/** The pages, rendered by Eta, which escapes all that `<%= %>` prints. Each function says what its page needs. */
import { resolve } from 'node:path';
import { Eta } from 'eta';
import { type Cart, GOODS } from '../cart.js';
import type { User } from '../users.js';

/** What stands around every page. */
export interface Frame {
  /** Who is logged in; absent on pages that are the same for everyone. */
  readonly user?: User | null;
  /** What was to be said once. */
  readonly notes?: readonly string[];
}

export interface DeviceLine {
  readonly id: string;
  /** The one that is asking. */
  readonly current: boolean;
  readonly userAgent: string;
  readonly since: Date;
}

export interface TokenLine {
  readonly id: string;
  readonly name: string;
  /** The end of the secret, to tell tokens apart by. */
  readonly suffix: string;
  readonly expires: Date;
  readonly lastUsed: Date | null;
}

/** A secret that is shown once. */
export interface IssuedServiceToken {
  readonly token: string;
  readonly title: string;
  readonly hint?: string;
  /** A line for the shell. */
  readonly command: string;
}

/** What the login page offers besides name and password. */
export interface LoginWays {
  readonly remember: boolean;
  readonly link: boolean;
  readonly exampleId: boolean;
}

/** By the folder that `npm start` and the tests run in: compiled code and templates have different ones. */
const eta = new Eta({ views: resolve('example-app/pages/views'), cache: true });

/** The same for everyone. */
export function homePage(): string {
  return eta.render('home', {});
}

export function loginPage(page: Frame & { ways: LoginWays; returnTo: string; failed: boolean }): string {
  return eta.render('login', page);
}

/** Before a link logs in a browser that did not ask for it. */
export function linkPage(page: Frame & { owner: User }): string {
  return eta.render('link', page);
}

/** @param page.tokens whether tokens can be made here */
export function accountPage(page: Frame & { user: User; today: string; tokens: boolean }): string {
  return eta.render('account', page);
}

export function diaryPage(page: Frame & { user: User; day: string; text: string }): string {
  return eta.render('diary', page);
}

export function devicesPage(page: Frame & { user: User; devices: readonly DeviceLine[] }): string {
  return eta.render('devices', page);
}

export function shopPage(page: Frame & { cart: Cart }): string {
  return eta.render('shop', { ...page, goods: GOODS });
}

export function tokenPage(page: Frame & { user: User; issued: { command: string; until: Date } | null }): string {
  return eta.render('token', page);
}

export function serviceTokensPage(
  page: Frame & { user: User; tokens: readonly TokenLine[]; issued: IssuedServiceToken | null },
): string {
  return eta.render('service-tokens', page);
}

export function problemPage(page: Frame & { title: string; message: string }): string {
  return eta.render('problem', page);
}

/** The provider's own page: it is another site. */
export function chooserPage(page: { people: readonly { email: string; name: string }[] }): string {
  return eta.render('chooser', page);
}
