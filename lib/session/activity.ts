/**
 * The activity cookie: the idle clock, and a tracer. It names its session by hash and has no authority at all, so it
 * may leave on any private response, GETs included. When it names another session, a cache in front has replayed it.
 */
import type { Keyring } from './keyring.js';

export interface Activity {
  readonly time: number;
  /** Hash of the session's id. */
  readonly session: string;
  /** Set by logout, which does not delete the cookie: a slow answer that brings the old one back is then no alarm. */
  readonly ended: boolean;
}

const FORM = /^(1\.([0-9a-z]{1,9})\.([\w-]{43})\.([ae]))\.([\w-]{43})$/;

/** `version.time.hash.state.mac`, time in base 36. */
export function writeActivity(keyring: Keyring, { time, session, ended }: Activity): string {
  const message = `1.${Math.floor(time).toString(36)}.${session}.${ended ? 'e' : 'a'}`;
  return `${message}.${keyring.mac('activity', message)}`;
}

/** What an activity cookie says, or null if it is missing, malformed or not ours. */
export function readActivity(keyring: Keyring, value: string | undefined): Activity | null {
  const [, message, time, session, state, mac] = FORM.exec(value ?? '') ?? [];
  if (message === undefined || time === undefined || session === undefined || mac === undefined) return null;
  if (!keyring.verify('activity', message, mac)) return null;
  return { time: Number.parseInt(time, 36), session, ended: state === 'e' };
}
