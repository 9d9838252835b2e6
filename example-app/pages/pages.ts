/** The pages, rendered by Eta, which escapes all that `<%= %>` prints. Each function says what its page needs. */
import { resolve } from 'node:path';
import { Eta } from 'eta';
import type { User } from '../users.js';

export interface DeviceLine {
  readonly id: string;
  /** The one that is asking. */
  readonly current: boolean;
  readonly userAgent: string;
  readonly since: Date;
}

/** By the folder that `npm start` and the tests run in: compiled code and templates have different ones. */
const eta = new Eta({ views: resolve('example-app/pages/views'), cache: true });

/** The same for everyone. */
export function homePage(): string {
  return eta.render('home', {});
}

export function loginPage(page: { returnTo: string; failed: boolean }): string {
  return eta.render('login', page);
}

export function accountPage(page: { user: User; today: string }): string {
  return eta.render('account', page);
}

export function diaryPage(page: { user: User; day: string; text: string }): string {
  return eta.render('diary', page);
}

export function devicesPage(page: { user: User; devices: readonly DeviceLine[] }): string {
  return eta.render('devices', page);
}

export function problemPage(page: { title: string; message: string }): string {
  return eta.render('problem', page);
}
