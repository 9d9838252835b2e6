/** R4: the decision table applied to a response, in the moment before its head leaves. */
import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../request/context.js';
import { type Cacheability, classify, type HeaderLines, isCacheField } from './cacheability.js';
import { type Decision, decide } from './decision.js';
import { reportDecision } from './decision-report.js';
import { pack, revalidate } from './pack.js';
import { setCookieLines } from './set-cookie-line.js';

export interface CacheGuardOptions {
  /** Whether the request's URL is declared the same for everyone. */
  readonly declaredPublic: boolean;
  /** Whether `markPublic(res)` counts: never under an ambiguous URL. */
  readonly mayBePublic: boolean;
  /** Whether a `Set-Cookie` line must reach its user though the response is nobody's (rows 6, 6b, 9). */
  readonly isIdentityCookie: (line: string) => boolean;
  /** Row 7: header-less responses to nobody get `private, no-cache`. */
  readonly revalidates: boolean;
}

/** Decides, changes the head, reports. Applied twice it changes nothing more. */
export function guardCache(
  res: ServerResponse,
  status: number,
  context: RequestContext,
  options: CacheGuardOptions,
): Decision {
  const cacheability = classify(cacheFields(res), context.startedAt);
  const decision = decide(factsOf(res, status, context, options, cacheability));
  if (decision.action === 'pack') {
    pack(res, credentialHeaders(context));
    if (status === 304 && cacheability.shared) dropValidators(res);
  } else if (decision.action === 'strip') {
    res.removeHeader('Set-Cookie');
  } else if (decision.action === 'revalidate') {
    revalidate(res);
  }
  reportDecision(res, context, decision);
  return decision;
}

function cacheFields(res: ServerResponse): HeaderLines {
  const fields: Record<string, readonly string[]> = {};
  for (const name of res.getHeaderNames()) {
    if (isCacheField(name)) fields[name] = [res.getHeader(name) ?? []].flat().map(String);
  }
  return fields;
}

function factsOf(
  res: ServerResponse,
  status: number,
  context: RequestContext,
  options: CacheGuardOptions,
  cacheability: Cacheability,
) {
  const { credentials, sharing, url } = context;
  const lines = setCookieLines(res);
  const markedPublic = options.mayBePublic && sharing === 'public';
  const cookies = lines.length === 0 ? 'none' : lines.some(options.isIdentityCookie) ? 'identity' : 'other';
  return {
    method: context.method,
    status,
    declared: options.declaredPublic || markedPublic,
    markedPublic,
    forcedPrivate: sharing === 'private' || (context.anonymised && url === 'plain'),
    url,
    identity: identityOf(context),
    authorization: credentials.all.some(({ kind, name }) => kind === 'header' && name === 'authorization'),
    cookies,
    cacheability,
    revalidates: options.revalidates,
  } as const;
}

/** What is read of a session that its URL veils is the same for everyone. */
function identityOf({ firstRead, credentials, anonymised, url }: RequestContext) {
  if (firstRead && !(anonymised && url !== 'plain')) return 'read';
  return credentials.all.length > 0 ? 'credential' : 'none';
}

/** Names of the headers that were credentials, for `Vary`: `Authorization`, `X-Session-Token`. */
function credentialHeaders({ credentials }: RequestContext): string[] {
  const names = credentials.all.filter(({ kind }) => kind === 'header').map(({ name }) => name);
  return names.map((name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()));
}

/**
 * A 304 writes its headers over those of the stored 200. If the app's own headers let that 200 be shared, a cache may
 * hold one that is not this user's: without validators it can't take this answer for a confirmation of it. A copy that
 * was never shareable is the browser's own, and keeps its validators.
 */
function dropValidators(res: ServerResponse): void {
  res.removeHeader('ETag');
  res.removeHeader('Last-Modified');
}
