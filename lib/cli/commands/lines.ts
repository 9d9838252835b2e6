/** The lines of a stream of any length, in bounded memory. */

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Null for a line that is too long to be one of ours. */
  readonly text: string | null;
}

const LONGEST = 16_384;
const NEWLINE = 0x0a;

export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const line = new Unfinished();
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      yield { number: number++, text: line.take() };
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  const text = line.take();
  if (text !== '') yield { number, text };
}

/** The beginning of a line whose end is not there yet. What is longer than a line may be is not kept. */
class Unfinished {
  #parts: Uint8Array[] = [];
  #length = 0;

  add(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > LONGEST) this.#parts = [];
    // A copy, which `slice` of a Buffer is not: the chunk would otherwise live as long as the line.
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  take(): string | null {
    const text = this.#length > LONGEST ? null : Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#length = 0;
    return text;
  }
}
