/** One connection, byte by byte, over several questions: what comes when nothing was asked is seen too. */
import { connect, type Socket } from 'node:net';
import type { Answer, Exchange, Question } from '../../evidence/exchange.js';
import { splitAnswers } from '../../evidence/split-answers.js';
import { bytesOf } from '../../evidence/wire.js';
import type { Person } from './person.js';

const DEADLINE = 2_000;

export class RawConnection {
  readonly #origin: string;
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  #heard: () => void = () => {};

  /** @param origin of an http URL */
  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.#origin = origin;
    this.#socket = connect(Number(port || 80), hostname);
    const end = () => {
      this.#ended = true;
      this.#heard();
    };
    this.#socket.on('error', end).on('end', end).on('close', end);
    this.#socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#heard();
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What has come and belongs to no answer. */
  get stray(): Buffer {
    return this.#bytes;
  }

  /** Sends the question; what came before its answer, or instead of it, stays in `stray`. */
  async ask(person: Person, question: Question): Promise<Exchange> {
    const startedAt = performance.now();
    const dressed = person.dressed(question);
    this.#socket.write(bytesOf(dressed, new URL(this.#origin).host));
    const answer = await this.#answerTo(question.method ?? 'GET', startedAt);
    return person.took({
      asker: person.label,
      origin: this.#origin,
      question: { method: 'GET', ...dressed },
      answer,
      failure: answer === null ? 'no answer that could be read' : null,
      startedAt,
      endedAt: performance.now(),
      connection: this.#socket.localPort ?? 0,
    });
  }

  /** Sends the question and does not wait: all that comes stays in `stray`. */
  open(person: Person, question: Question): void {
    this.#socket.write(bytesOf(person.dressed(question), new URL(this.#origin).host));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #answerTo(method: string, startedAt: number): Promise<Answer | null> {
    for (;;) {
      const { answers, rest } = splitAnswers(this.#bytes, [method], this.#ended);
      const [answer] = answers;
      if (answer !== undefined) {
        this.#bytes = rest;
        return answer;
      }
      const isOutOfStep = this.#bytes.length >= 8 && !this.#bytes.toString('latin1', 0, 5).startsWith('HTTP/');
      const left = DEADLINE - (performance.now() - startedAt);
      if (this.#ended || isOutOfStep || left <= 0) return null;
      await this.#more(left);
    }
  }

  #more(atMost: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, atMost);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
