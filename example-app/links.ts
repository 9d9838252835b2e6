/** Login links that work once, within ten minutes. Only hashes of their tokens are kept. */
import { createHash, randomBytes } from 'node:crypto';

interface Link {
  readonly userId: string;
  readonly expires: number;
}

const MINUTES = 10;
const MOST = 10_000;

export class LoginLinks {
  readonly #links = new Map<string, Link>();

  /** A new token for this user. */
  make(userId: string): string {
    const token = randomBytes(24).toString('base64url');
    this.#forgetOld();
    this.#links.set(hash(token), { userId, expires: Date.now() + MINUTES * 60_000 });
    return token;
  }

  /** Whose link it is; null if it was never made, is used up or too old. Looking spends nothing. */
  look(token: string): string | null {
    const link = this.#links.get(hash(token));
    return link !== undefined && link.expires > Date.now() ? link.userId : null;
  }

  /** As `look`, and from now on nobody gets in by it. */
  spend(token: string): string | null {
    const userId = this.look(token);
    this.#links.delete(hash(token));
    return userId;
  }

  #forgetOld(): void {
    for (const [key, { expires }] of this.#links) {
      if (expires > Date.now() && this.#links.size < MOST) return;
      this.#links.delete(key);
    }
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
