/** An app with a mistake that people really make, and the same app without it. The swap suite must tell them apart. */
import type { RequestListener, Server } from 'node:http';
import type { Mechanism } from '../../lib/evidence/mechanisms.js';

/** What the suite hands to a factory. */
export interface TwinHooks {
  readonly seed: string;
  readonly mail?: (message: { readonly to: string; readonly text: string }) => void;
}

export type TwinApp = RequestListener | Server;

export interface Twin {
  /** The one that the suite must name. */
  readonly mechanism: Mechanism;
  /** What kind of app it is, in a few words. */
  readonly name: string;
  readonly vulnerable: (hooks: TwinHooks) => TwinApp | Promise<TwinApp>;
  readonly fixed: (hooks: TwinHooks) => TwinApp | Promise<TwinApp>;
  /** What the suite is told beside the app; default: login at `/login`, whoami at `/whoami`, the route `/account`. */
  readonly suite?: Readonly<Record<string, unknown>>;
}
