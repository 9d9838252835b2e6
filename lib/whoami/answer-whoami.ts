/** One request to whoami, from its method to its answer. The kit and `whoami()` alone both end here. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ANONYMOUS,
  METHOD_NOT_ALLOWED,
  NOT_CACHED,
  UNAVAILABLE,
  type WhoamiRefusal,
  writeRefusal,
  writeSession,
} from './answer.js';
import type { Found, Question, WhoamiCache } from './cache.js';
import type { Owned } from './entry.js';
import { readRequestDirectives } from './request-directives.js';

const METHODS = new Set(['GET', 'HEAD', 'POST']);

export interface WhoamiCall<T extends Owned> extends Pick<Question<T>, 'load' | 'stillValid'> {
  readonly cache: WhoamiCache<T>;
  /** `credentialKey` of the whole set; null for a request that counts as anonymous. */
  readonly key: string | null;
  /** The request headers beside Cookie that the answer may depend on. */
  readonly vary: readonly string[];
}

/**
 * Answers at once where nothing has to be loaded, and returns undefined then. Otherwise the promise resolves when the
 * answer is written, or the client has left.
 */
export function answerWhoami<T extends Owned>(
  req: IncomingMessage,
  res: ServerResponse,
  { cache, key, load, stillValid, vary }: WhoamiCall<T>,
): Promise<void> | undefined {
  const refuse = (refused: WhoamiRefusal) => writeRefusal(req, res, refused, vary);
  const succeed = (found: Found<T>) => writeSession(req, res, found, vary);
  if (!METHODS.has(req.method ?? '')) return void refuse(METHOD_NOT_ALLOWED);
  if (key === null) return void refuse(ANONYMOUS);
  const directives = readRequestDirectives(req.headers['cache-control']);
  const question = { ...directives, load, stillValid };
  let found: Found<T> | null;
  try {
    found = cache.find(key, question);
  } catch {
    return void refuse(UNAVAILABLE);
  }
  if (found) return void succeed(found);
  if (directives.onlyIfCached) return void refuse(NOT_CACHED);
  return untilLeft(res, async (signal) => {
    try {
      const loaded = await cache.load(key, { ...question, signal });
      if (!signal.aborted) return loaded ? succeed(loaded) : refuse(ANONYMOUS);
    } catch {
      if (!signal.aborted) refuse(UNAVAILABLE);
    }
  });
}

async function untilLeft(res: ServerResponse, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const leave = () => controller.abort();
  res.once('close', leave);
  try {
    await work(controller.signal);
  } finally {
    res.off('close', leave);
  }
}
