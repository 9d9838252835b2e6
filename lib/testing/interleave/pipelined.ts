/**
 * Both requests in one packet on one connection: the one way into an await that does not let the event loop turn. Two
 * doors take the requests as their senders make them, and pass them on together.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, linesOf, type Question } from '../../evidence/exchange.js';
import { pipeline } from '../../evidence/wire.js';
import { settlesWithin } from './core.js';
import type { Entrance, Host } from './host.js';
import { asBystander } from './lane.js';
import { type Answers, type PairRun, type Search, sent } from './pair-run.js';

/** They would end the connection after the first request, or no longer be true of a body that was read. */
const OF_A_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'trailer'];

interface Waiting {
  readonly question: Question;
  answer(answer: Answer | undefined): void;
}

/** Null if the two requests did not come together. */
export async function performPipelined<A, B>(
  run: PairRun<A, B>,
  search: Search<A, B>,
  host: Host,
): Promise<Answers<A, B> | null> {
  const { options, limits, doors } = search;
  let begun = 0;
  const shared = await host.open((req, res) => (begun++ === 0 ? run.serveA(req, res) : run.serveB(req, res)));
  const waiting: Waiting[] = [];
  let bothThere = () => {};
  const together = new Promise<void>((resolve) => {
    bothThere = resolve;
  });
  const wait = async (req: IncomingMessage, res: ServerResponse, first: boolean) => {
    const question = await questionOf(req);
    const each = { question, answer: (answer: Answer | undefined) => reply(res, answer) };
    if (first) waiting.unshift(each);
    else waiting.push(each);
    if (waiting.length === 2) bothThere();
  };
  doors.a.handle = (req, res) => void asBystander(() => wait(req, res, true));
  doors.b.handle = (req, res) => void asBystander(() => wait(req, res, false));
  const [a, b] = [sent(options.a, doors.a), sent(options.b, doors.b)];
  if (!(await settlesWithin(limits.waitForB, together))) return null;
  passOn(shared, waiting, limits.answerWithin);
  return run.answersOf(a, b);
}

async function passOn({ url }: Entrance, waiting: readonly Waiting[], deadline: number): Promise<void> {
  const questions = waiting.map(({ question }) => question);
  const { answers } = await pipeline(url, questions, { deadline }).catch(() => ({ answers: [] }));
  waiting.forEach(({ answer }, index) => void answer(answers[index]));
}

async function questionOf(req: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const headers = linesOf(req.rawHeaders).filter(([name]) => !OF_A_CONNECTION.includes(name.toLowerCase()));
  return { method: req.method ?? 'GET', path: req.url ?? '/', headers, body: Buffer.concat(chunks) };
}

function reply(res: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) return void res.destroy();
  const { status, headers, body } = answer;
  const kept = headers.filter(([name]) => !OF_A_CONNECTION.includes(name.toLowerCase()));
  res.sendDate = false;
  res.writeHead(status, [...kept, ['Content-Length', String(body.length)]].flat());
  res.end(body);
}
