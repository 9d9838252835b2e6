/** For adapters that keep the state of their own logins here, as that of passport-oauth2. No part of the public face. */
import type { IncomingMessage } from 'node:http';
import { ConfigurationError } from '../errors.js';
import { captureHere } from '../request/place.js';
import type { Attempt } from './attempts.js';
import type { SessionOf } from './login-attempt.js';
import type { Beginning, Logins } from './logins.js';

export interface AdapterLogins {
  /** As `sessions.beginLogin()`, with the adapter's own verifier and a note that comes back. `call` names it in errors. */
  begin(req: IncomingMessage, call: string, beginning: Beginning): Attempt;
  /** As `sessions.loginAttempt()`: the attempt with its note, for once, or null, also where the note `isMine` not. */
  open(req: IncomingMessage, call: string, isMine: (note: unknown) => boolean): Attempt | null;
}

const seams = new WeakMap<object, AdapterLogins>();

export function openSeam(kit: object, logins: Logins, sessionOf: SessionOf): void {
  const seam: AdapterLogins = {
    begin: (req, call, beginning) => logins.begin(sessionOf(req), call, captureHere(seam.begin), beginning),
    open(req, call, isMine) {
      const session = sessionOf(req);
      session.context.markRead(seam.open);
      return logins.open(session, call, captureHere(seam.open), isMine);
    },
  };
  seams.set(kit, seam);
}

/** @throws ConfigurationError ERR_INVALID_ARGUMENT for anything but what swapproof() answered */
export function adapterLogins(kit: object): AdapterLogins {
  const seam = seams.get(kit);
  if (seam) return seam;
  throw new ConfigurationError(
    'ERR_INVALID_ARGUMENT',
    'This takes what swapproof() answered, as stateStore(sessions).',
  );
}
