/** An app with a mistake that people really make, and the same app without it. The swap suite must tell them apart. */
import type { RequestListener, Server } from 'node:http';
import type { Mechanism } from '../../lib/evidence/mechanisms.js';
import type { Hooks } from '../../lib/testing/index.js';

export type TwinApp = RequestListener | Server;

export interface Twin {
  /** The one that the suite must name. */
  readonly mechanism: Mechanism;
  /** What kind of app it is, in a few words. */
  readonly name: string;
  readonly vulnerable: (hooks: Hooks) => TwinApp | Promise<TwinApp>;
  readonly fixed: (hooks: Hooks) => TwinApp | Promise<TwinApp>;
  /** What the suite is told beside the app; default: login at `/login`, whoami at `/whoami`, the route `/account`. */
  readonly suite?: Readonly<Record<string, unknown>>;
}
