/**
 * The events of a rehearsal (`insecureReportOnly`): each rule asks `rehearsed()` before it is enforced, is told to leave
 * it, and `would.*` says what would have been. What the enforcing code tells of its deeds is left out, for nothing was
 * done; what is merely seen (a bypass, a second mount, a suspected swap) is told as always.
 */
import { type EventCode, type EventOptions, type EventSource, Events, type Would, type WouldCode } from '../events.js';

/** Events that say what was done to a request or response; in a rehearsal a `would.*` says it. */
const DEEDS: ReadonlySet<EventCode> = new Set([
  'cache.downgraded',
  'cache.violation',
  'cookie.foreign',
  'cookie.stripped',
  'csrf.refused',
  'url.ambiguous',
] as const);

const LONGEST_TEXT = 400;

export class RehearsedEvents extends Events {
  override readonly rehearsing = true;
  readonly #told = new WeakMap<EventSource, Set<string>>();

  override emit(code: EventCode, message: string, options: EventOptions = {}): void {
    if (!isDeed(code, options)) super.emit(code, message, options);
  }

  /** Once a request, code and rule; and nothing more of what would have been refused. */
  override rehearsed(code: WouldCode, { source, severity, rule, ...texts }: Would): boolean {
    const told = this.#told.get(source) ?? new Set();
    if (told.has('would.refuse') || told.has(`${code} ${rule}`)) return true;
    this.#told.set(source, told.add(`${code} ${rule}`).add(code));
    const [now, enforced, why] = [printable(texts.now), printable(texts.enforced), printable(texts.why)];
    const message = `${source.route}: ${now} would become ${enforced}. ${why}`;
    super.emit(code, message, { source, detail: { rule, now, enforced, why }, ...(severity && { severity }) });
    return true;
  }
}

/** Two different values of a cookie are answered as anonymous; two equal ones are only seen. */
function isDeed(code: EventCode, { detail }: EventOptions): boolean {
  return DEEDS.has(code) || (code === 'cookie.duplicate' && detail?.differ === true);
}

/** Header values are the app's: cut short, and nothing that a terminal would obey. */
function printable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[^\x20-\x7e]/g, '?');
}
