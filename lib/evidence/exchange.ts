/** One request and what came back, byte by byte, as a person saw it. It holds credentials: only `shown.ts` lets it out. */

/** Name and value as on the wire, in its order; a name may come twice. */
export type HeaderLine = readonly [name: string, value: string];

export interface Question {
  /** Default GET. */
  readonly method?: string;
  /** Path and query, as on the request line. */
  readonly path: string;
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Buffer;
}

/** Bytes of a body, as sent and as unpacked. What is larger counts as no answer: a page that never ends would fill the memory. */
export const LARGEST_BODY = 16 * 1024 * 1024;
export const TOO_LARGE = `the answer is larger than ${LARGEST_BODY / 1024 / 1024} MiB`;

export interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
}

export interface Exchange {
  /** Who asked: the person's label, or null for nobody. */
  readonly asker: string | null;
  readonly origin: string;
  readonly question: Required<Omit<Question, 'body'>> & Pick<Question, 'body'>;
  /** Null if none came whole: `failure` says why. */
  readonly answer: Answer | null;
  readonly failure: string | null;
  /** Milliseconds of the monotonic clock: before the first byte left, after the last one came. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Which connection it went over: the same number, the same socket. */
  readonly connection: number;
}

/** Answered, and not with an error. */
export function isAccepted({ answer }: Pick<Exchange, 'answer'>): boolean {
  return (answer?.status ?? 500) < 400;
}

/** Every value of one header, in order. */
export function valuesOf(headers: readonly HeaderLine[], name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.flatMap(([field, value]) => (field.toLowerCase() === wanted ? [value] : []));
}

/** The lines of Node's flat list of names and values. */
export function linesOf(raw: readonly string[]): HeaderLine[] {
  return raw.flatMap((name, index): HeaderLine[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}
