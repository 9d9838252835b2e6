/** Session data: a small plain object that JSON keeps as it is. */
import { SessionError } from '../errors.js';
import { deepFreeze, type Json, type SessionData } from './token.js';

const DEEPEST = 20;

/**
 * A frozen copy. @throws SessionError ERR_SESSION_DATA_INVALID that names the path of a value JSON would change or
 * drop (a Date, a function, a class, NaN, a cycle); no message holds a value.
 */
export function checkedData(data: unknown): SessionData {
  if (!isPlain(data)) refuse('session data', 'a plain object');
  const copy = copyOf(data, 'session data', 0) as SessionData;
  return deepFreeze(copy);
}

/**
 * A copy of any value that JSON keeps as it is, at the top too. @param path what the value is called
 * @throws SessionError ERR_SESSION_DATA_INVALID
 */
export function checkedJson(value: unknown, path: string): Json {
  return copyOf(value, path, 0);
}

/** `data` with `patch` laid over it; a key whose value is undefined goes away. */
export function patched(data: SessionData, patch: unknown): SessionData {
  if (!isPlain(patch)) return refuse('session patch', 'a plain object');
  const entries = new Map<string, unknown>(Object.entries(data));
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  return checkedData(Object.fromEntries(entries));
}

function copyOf(value: unknown, path: string, depth: number): Json {
  if (depth > DEEPEST) return refuse(path, `nested at most ${DEEPEST} deep`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON has no negative zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  // Array.from, for map() keeps holes, and JSON makes null of them.
  if (Array.isArray(value)) return Array.from(value, (item, index) => copyOf(item, `${path}[${index}]`, depth + 1));
  if (!isPlain(value) || Object.getOwnPropertySymbols(value).length > 0)
    return refuse(path, 'JSON: a string, a finite number, a boolean, null, an array or an object');
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, copyOf(inner, `${path}.${key}`, depth + 1)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function refuse(path: string, wanted: string): never {
  throw new SessionError('ERR_SESSION_DATA_INVALID', `${path} must be ${wanted}. It is kept as JSON.`);
}
