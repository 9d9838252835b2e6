/**
 * One request with another library's session cookie: whose id came, what its owner tag says, and whether the library may
 * see it. The absence of a tag is never punished unless `require` says so: sessions are begun by GETs, and were there
 * before the guard.
 */
import type { RequestContext } from '../request/context.js';
import { hashOf } from '../session/ids.js';
import type { BindReports } from './reports.js';
import type { BindSettings } from './settings.js';
import { readTag, type TagCookie } from './tag.js';

export interface Came {
  /** Values of the session cookie that are not the same; only a single one names a session. */
  readonly sessions: readonly string[];
  /** Values of the tag cookie; only a single one is compared. */
  readonly tags: readonly string[];
}

export class BoundRequest {
  readonly context: RequestContext;
  readonly settings: BindSettings;
  readonly reports: BindReports;
  readonly tagCookie: TagCookie;
  readonly came: Came;
  /** The id of the session that came; null if none did, or none can be read. */
  readonly id: string | null;
  /** Why the session cookie is taken out of the request: it has another one's tag, or none where one is required. */
  readonly refused: 'other' | 'untagged' | null;

  constructor(
    parts: { settings: BindSettings; reports: BindReports; context: RequestContext },
    tagCookie: TagCookie,
    came: Came,
  ) {
    this.settings = parts.settings;
    this.reports = parts.reports;
    this.context = parts.context;
    this.tagCookie = tagCookie;
    this.came = came;
    const [value] = came.sessions;
    this.id = came.sessions.length === 1 && value !== undefined ? this.idOf(value) : null;
    this.refused = came.sessions.length === 1 ? this.#judge() : null;
  }

  /** What the app's `idOf` says, if it says an id. A value that it can't read names nobody, and is no reason to refuse. */
  idOf(value: string): string | null {
    try {
      const id = this.settings.idOf(value);
      if (typeof id === 'string' && id !== '') return id;
      if (id !== null && id !== undefined && id !== '') this.#failed('bind.idOf', `answered a ${typeof id}`);
    } catch {
      this.#failed('bind.idOf', 'threw');
    }
    return null;
  }

  #judge(): BoundRequest['refused'] {
    const owner = this.#owner();
    const session = this.id === null ? null : hashOf(this.id);
    if (owner !== null && session === owner) return null;
    if (owner !== null && session !== null) {
      this.reports.swap(this.context, session, owner);
      return 'other';
    }
    if (this.#isTagRequired()) {
      this.reports.refusedUntagged(this.context);
      return 'untagged';
    }
    if (session !== null) this.reports.untagged(this.context);
    return null;
  }

  /** The hash of the session that the tag names; null without a tag that is ours. */
  #owner(): string | null {
    const { tags } = this.came;
    const [tag] = tags;
    return tags.length === 1 && tag !== undefined ? readTag(this.settings.keyring, tag) : null;
  }

  /** R11: a `require` that fails is no reason to accept. Not asked in a rehearsal, where no tag ever leaves. */
  #isTagRequired(): boolean {
    const { require } = this.settings;
    if (require === undefined || this.context.events.rehearsing) return false;
    try {
      const answer = require(this.context.req);
      if (typeof answer === 'boolean') return answer;
      this.#failed('bind.require', `answered a ${answer instanceof Promise ? 'promise' : typeof answer}`);
    } catch {
      this.#failed('bind.require', 'threw');
    }
    return true;
  }

  #failed(option: 'bind.idOf' | 'bind.require', why: string): void {
    const outcome = option === 'bind.idOf' ? 'the cookie names nobody' : 'a session without a tag was refused';
    this.reports.failed(this.context, option, why, outcome);
  }
}
