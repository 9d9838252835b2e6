/** Hammers an app of a test on loopback, with limits that are over within a second. */
import { createServer, type RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HammerOptions, HammerUser } from '../../lib/cli/hammer/options.js';
import { runHammer } from '../../lib/cli/hammer/run-hammer.js';
import { routeOf } from '../../lib/cli/hammer/typed.js';
import type { Report } from '../../lib/evidence/report.js';

export type HammeredOptions = Partial<Omit<HammerOptions, 'routes' | 'whoami'>> & {
  readonly routes?: readonly string[];
  readonly whoami?: string;
};

/** Names that no page holds by accident. */
export const NAMES = ['ada-x7', 'bob-q3', 'cai-m8', 'dan-w5'];
/** Milliseconds: what caches of a second keep, by a clock that runs thirty times as fast. */
export const PATIENCE = 80;
export const fastClock = { elapsed: () => performance.now() * 30 };

export function usersNamed(names: readonly string[], passwordOf = (_name: string) => 'secret'): HammerUser[] {
  return names.map((name) => ({ name, password: passwordOf(name), cookies: null, marks: [] }));
}

export function hammered(origin: string, options: HammeredOptions = {}): Promise<Report> {
  const { routes = ['/account'], whoami = '/whoami', ...rest } = options;
  return runHammer({
    url: origin,
    users: usersNamed(NAMES),
    login: { kind: 'form', path: '/login', fields: ['username', 'password'] },
    replay: (seed) => `npx swapproof hammer ${origin} --seed ${seed}`,
    patience: PATIENCE,
    requests: 250,
    seed: 'hammered',
    ...rest,
    routes: routes.map((route) => routeOf(route, 'routes')),
    whoami: routeOf(whoami, 'whoami'),
  });
}

export interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

export async function served(app: RequestListener | Server): Promise<Served> {
  const server = app instanceof Server ? app : createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a report says, in short: `M6 ada-x7 -> bob-q3 GET /account`. */
export function mechanismsOf({ findings }: Report): string[] {
  return [...new Set(findings.map(({ mechanism, certainty }) => `${mechanism}${certainty === 'warning' ? '?' : ''}`))];
}
