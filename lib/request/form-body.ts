/** Reads the fields of a form that no body parser has read: apps that need no other parser have none. */
import type { IncomingMessage } from 'node:http';

/** As Express's own parser by default. */
const LARGEST = 100 * 1024;

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** Whether there is a form that nobody has read yet. */
export function hasUnreadForm(req: IncomingMessage): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding } = req.headers;
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type) && encoding === undefined;
  return isForm && !req.readableDidRead && !req.readableEnded;
}

/** The fields; several values of one name as a list. `'too large'` above 100 KiB. Rejects if the client leaves. */
export async function readForm(req: IncomingMessage): Promise<FormFields | 'too large'> {
  if (Number(req.headers['content-length'] ?? 0) > LARGEST) return 'too large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) return 'too large';
    chunks.push(chunk);
  }
  return fieldsOf(Buffer.concat(chunks).toString());
}

function fieldsOf(text: string): FormFields {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (Array.isArray(known)) known.push(value);
    else fields.set(name, [known, value]);
  }
  return Object.fromEntries(fields);
}
