/**
 * From credentials to what whoami reports, by the app's own functions. What they answer is checked: nothing half-read,
 * expired or telling a credential becomes an answer (R11).
 */
import type { Clock } from '../clock.js';
import { StoreUnavailableError } from '../errors.js';
import type { Credential } from '../request/credentials.js';
import type { WhoamiReport, WhoamiSession } from './session-body.js';

export interface ReportSources {
  readonly resolve: (
    credentials: readonly Credential[],
    options: { readonly signal: AbortSignal },
  ) => Absent<WhoamiSession> | Promise<Absent<WhoamiSession>>;
  readonly identity?: ((subject: string) => unknown) | undefined;
}

type Absent<T> = T | null | undefined;

/** Shorter values could be anything's; session ids and tokens have 64 bits and more. */
const SHORTEST_SECRET = 10;

/** null where the credentials name nobody, or a subject that is gone. Expiry is asked with each answer, by `stillValid`. */
export async function loadReport(
  credentials: readonly Credential[],
  signal: AbortSignal,
  { resolve, identity }: ReportSources,
): Promise<WhoamiReport | null> {
  const session = await resolve(credentials, { signal });
  if (session === null || session === undefined) return null;
  assertSession(session);
  const traits = identity ? await identity(session.subject) : {};
  if (traits === null || traits === undefined) return null;
  const { id, subject, issuedAt, authenticatedAt, expiresAt, assuranceLevel, methods } = session;
  const report = { id, subject, issuedAt, authenticatedAt, expiresAt, assuranceLevel, methods, traits } as WhoamiReport;
  assertTellsNoCredential(report, credentials);
  return report;
}

export function hasExpired({ expiresAt }: WhoamiSession, clock: Clock): boolean {
  return expiresAt !== undefined && clock.now() >= expiresAt;
}

function assertSession(session: WhoamiSession): void {
  const { id, subject, issuedAt, authenticatedAt, expiresAt } = session;
  const named = [id, subject].every((text: unknown) => typeof text === 'string' && text !== '');
  const timed = [issuedAt, authenticatedAt, expiresAt].every((time) => time === undefined || Number.isFinite(time));
  if (named && timed) return;
  throw new StoreUnavailableError(
    'resolve() answered no session: id and subject must be strings, issuedAt, authenticatedAt and expiresAt ' +
      'milliseconds or absent. Answer null where the credentials name nobody.',
  );
}

/** The answer of whoami is read by scripts, which must never see what an HttpOnly cookie holds. */
function assertTellsNoCredential(report: WhoamiReport, credentials: readonly Credential[]): void {
  const text = JSON.stringify(report);
  const told = credentials.find(({ value }) => {
    const secret = value.slice(value.lastIndexOf(' ') + 1);
    return secret.length >= SHORTEST_SECRET && text.includes(secret);
  });
  if (told === undefined) return;
  throw new StoreUnavailableError(
    `resolve() or identity() answered the value of the ${told.kind} ${told.name}, which would tell it to every script. ` +
      'Give another id, as the hash of this one.',
  );
}
