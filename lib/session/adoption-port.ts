/**
 * The port by which sessions of another library become the kit's. An adapter says what its cookie and its store hold;
 * whether such a session counts, and what becomes of it, is decided in formers.ts and adopter.ts.
 */

/** What the other library's store knows of one of its sessions. */
export interface FormerRecord {
  /** Whose session it is; null where nobody has logged in. Checked by who asks, as is `data`. */
  readonly subject: string | null;
  /** What `session.data` begins with. */
  readonly data: object;
  /** Milliseconds it lives without use; null where it ends with the browser. */
  readonly idle: number | null;
  /** How its cookie was set, which is how it must be taken away. */
  readonly cookie: FormerCookie;
  /** As the store has it. */
  readonly stored: object;
}

export interface FormerCookie {
  readonly path: string;
  readonly domain?: string;
}

/** Each may reject, which means that nobody can say now. */
export interface Adoption {
  /** Name of the other library's cookie. */
  readonly cookieName: string;
  /** The id in a cookie that the other library has signed; null for any other. Never throws. */
  idOf(cookie: string): string | null;
  /** Null if there is no such session. */
  find(id: string): Promise<FormerRecord | null>;
  destroy(id: string): Promise<void>;
  /** Moves the end of a session that is still used. */
  touch(id: string, record: FormerRecord): Promise<void>;
  /** Notes in the other store which revocation log knows of its sessions; answers the name that was noted first. */
  anchor(genesis: string): Promise<string>;
}
