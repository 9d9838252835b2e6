/** Which sessions an entry of the log ends. */
import type { LogEntry, Position } from './log.js';

/** What of a token the log can cover. */
export interface Claims {
  readonly genesis: string;
  readonly birth: Position;
  readonly root: string;
  readonly id: string;
  readonly subject: string;
}

type Named = Pick<Claims, 'root' | 'id' | 'subject'>;

/** Whether the entry ends the session, if the session is older than the entry. */
export function covers({ kind, key, except }: Pick<LogEntry, 'kind' | 'key' | 'except'>, claims: Named): boolean {
  switch (kind) {
    case 'root':
      return key === claims.root;
    case 'id':
      return key === claims.id;
    case 'subject':
      return key === claims.subject && !except.includes(claims.root);
    case 'everyone':
      return true;
    case 'refresh':
      return false;
  }
}
