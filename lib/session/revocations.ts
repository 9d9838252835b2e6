/** Ends sessions: each call resolves when no process admits them any more (R7). revoke.ts checks what it is given. */
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import { ambientRequestContext } from '../request/context-storage.js';
import type { NewRevocation, Revoker } from '../revocation/revoker.js';
import type { Registry } from './registry.js';
import { sessionOf } from './request-session.js';
import type { SessionServices } from './services.js';
import { isSessionId, rootOf } from './token.js';

type RevocationServices = Pick<SessionServices, 'registry' | 'revoker' | 'events' | 'clock'>;

export class Revocations {
  readonly #registry: Registry;
  readonly #revoker: Revoker;
  readonly #events: Events;
  readonly #clock: Clock;

  constructor({ registry, revoker, events, clock }: RevocationServices) {
    this.#registry = registry;
    this.#revoker = revoker;
    this.#events = events;
    this.#clock = clock;
  }

  async subject(subject: string, except: readonly string[]): Promise<void> {
    const roots = await Promise.all(except.map((id) => this.#rootOf(id)));
    const kept = roots.filter((root) => root !== null);
    // Listed before the entry is in the log: whoever logs in meanwhile may be born after it, and keeps row and values.
    const ended: string[] = [];
    await this.#tidy(async () => {
      for await (const { root } of this.#registry.list(subject)) if (!kept.includes(root)) ended.push(root);
    });
    await this.#append({ kind: 'subject', key: subject, except: kept });
    await this.#tidy(async () => {
      for (const root of ended) await this.#registry.remove(root);
    });
  }

  async session(id: string, of: string | undefined): Promise<boolean> {
    const root = of === undefined ? await this.#rootOf(id) : await this.#rootOwnedBy(id, of);
    if (root === null) return false;
    await this.#revokeRoot(root);
    return true;
  }

  async sessions(ids: Iterable<string>): Promise<{ revoked: number; unknown: string[] }> {
    const unique = [...new Set(ids)];
    const revoked = await Promise.all(unique.map((id) => this.session(id, undefined)));
    return {
      revoked: revoked.filter(Boolean).length,
      unknown: unique.filter((_id, index) => !revoked[index]),
    };
  }

  async everyone(): Promise<void> {
    const since = this.#clock.now();
    await this.#append({ kind: 'everyone', key: '' });
    await this.#tidy(() => this.#registry.clear(since));
  }

  /** Makes every process load the subject's identity anew before it reports it again. */
  async refresh(subject: string): Promise<void> {
    await this.#revoker.append({ kind: 'refresh', key: subject });
  }

  async #revokeRoot(root: string): Promise<void> {
    await this.#append({ kind: 'root', key: root });
    await this.#tidy(() => this.#registry.remove(root));
  }

  /** A revocation made inside a request of this kit moves the birth of what that request starts next. */
  async #append(revocation: NewRevocation): Promise<void> {
    const { position } = await this.#revoker.append(revocation);
    const context = ambientRequestContext();
    if (context?.events === this.#events) sessionOf(context)?.ownRevocations.add(position);
  }

  /** The list follows the log; a row left behind harms nobody, and expires. */
  async #tidy(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      this.#events.emit('store.unavailable', 'The registry kept rows of sessions that have been revoked.');
    }
  }

  /** The root of an id; of a hash only while the registry knows it. */
  async #rootOf(idOrHash: string): Promise<string | null> {
    if (isSessionId(idOrHash)) return rootOf(idOrHash);
    return (await this.#registry.find(idOrHash))?.root ?? null;
  }

  async #rootOwnedBy(idOrHash: string, subject: string): Promise<string | null> {
    const row = await this.#registry.find(idOrHash);
    return row?.subject === subject ? row.root : null;
  }
}
