/** What is put in front of the old app, and when. */
import type { RequestHandler } from 'express';
import { type EventListener, type GuardOptions, guard } from 'swapproof';

export interface Front {
  readonly name: string;
  readonly options: GuardOptions;
  /** On the Friday afternoon on which both users are logged in already, by a restart that keeps the session store. */
  readonly deployedLater?: true;
}

const BOUND: GuardOptions = { bind: { secret: 'a secret of the old app, 32 bytes' } };

export const FRONTS: readonly Front[] = [
  { name: 'guard()', options: {} },
  { name: 'guard({ cookies, public })', options: { cookies: ['connect.sid'], public: ['/public'] } },
  { name: 'guard(), deployed later', options: {}, deployedLater: true },
  { name: "guard({ deception: 'anonymous' })", options: { deception: 'anonymous' } },
  {
    name: "guard({ deception: 'anonymous', privateFiles })",
    options: { deception: 'anonymous', privateFiles: ['/invoices', '/export.csv'] },
  },
  { name: 'guard({ bind })', options: BOUND },
  { name: 'guard({ bind }), deployed later', options: BOUND, deployedLater: true },
];

export const REHEARSAL: Front = { name: 'a rehearsal', options: { insecureReportOnly: true } };

export interface Mounted {
  readonly handler: RequestHandler;
  /** The deployment of a front that comes later; before it every request passes by. */
  deploy(): void;
  close(): void;
}

export function mountFront({ options, deployedLater }: Front, log: EventListener): Mounted {
  const guarded = guard({ ...options, log });
  let deployed = !deployedLater;
  return {
    handler: (req, res, next) => (deployed ? guarded(req, res, next) : next()),
    deploy() {
      deployed = true;
    },
    close: () => guarded.close(),
  };
}
