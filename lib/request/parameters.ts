/** Parameters as a form or a link brings them: whatever the client says. */
import type { IncomingMessage } from 'node:http';

/** What Express, Connect and body parsers add to a request. */
export interface ParameterRequest extends IncomingMessage {
  originalUrl?: string;
  body?: unknown;
}

/** The query of the URL as it came on the wire, whatever a router made of it. */
export function queryOf(req: ParameterRequest): URLSearchParams {
  return new URLSearchParams((req.originalUrl ?? req.url ?? '').split('?').slice(1).join('?'));
}

/** A field of the parsed body; undefined where no parser ran. It may be of any type. */
export function bodyField(req: ParameterRequest, name: string): unknown {
  const { body } = req;
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
}

/**
 * The one value of a parameter, in body and query together; null if there is none, `'contradicted'` if there are two
 * different ones, or one that is no text: neither the first nor the last is believed.
 */
export function oneParameter(req: ParameterRequest, name: string): { readonly value: string } | 'contradicted' | null {
  const values = new Set<unknown>([bodyField(req, name) ?? [], ...queryOf(req).getAll(name)].flat());
  const [value, ...others] = values;
  if (values.size === 0) return null;
  return typeof value === 'string' && others.length === 0 ? { value } : 'contradicted';
}
