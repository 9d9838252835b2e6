/** Answers that go on after their end: on a kept connection, what is over stands in front of the next user's answer. */
import type { Exchange } from '../../evidence/exchange.js';
import type { NewFinding } from '../../evidence/finding.js';
import { excerpt } from '../../evidence/shown.js';
import { person } from '../../evidence/text/words.js';
import { bytesOf, converse } from '../../evidence/wire.js';
import type { Person } from '../../testing/world/person.js';
import { isRead, questionOf } from './options.js';
import type { Run } from './run.js';

const MOST_ROUTES = 5;
const DEADLINE = 300;

/** Asked only where answers were garbled: nothing else brings that about. */
export async function strayBytes(run: Run): Promise<NewFinding[]> {
  if (!run.direct || run.journal.garbled === 0) return [];
  const routes = run.options.routes.filter(({ method }) => isRead(method)).slice(0, MOST_ROUTES);
  const found = await Promise.all(routes.map((route) => strayAt(run, route)));
  return found.filter((one) => one !== null);
}

async function strayAt(run: Run, route: Run['options']['whoami']): Promise<NewFinding | null> {
  const [first, second] = run.crew.browsers as [Person, Person];
  const { host } = new URL(run.origin);
  const questions = [first, second].map((browser) => browser.dressed(questionOf(route, run.random.word(8))));
  const startedAt = performance.now();
  const received = await converse(run.origin, Buffer.concat(questions.map((question) => bytesOf(question, host))), {
    methods: questions.map(({ method = 'GET' }) => method),
    deadline: DEADLINE,
    insecureTls: run.options.insecureTls ?? false,
  }).catch(() => null);
  const rest = received?.rest.toString('latin1') ?? '';
  const length = rest.indexOf('HTTP/1.');
  if (received?.answers.length !== 1 || length <= 0) return null;
  const exchanges = [first, second].map((browser, index): Exchange => {
    const question = { method: 'GET', headers: [], ...questions[index] } as Exchange['question'];
    const answer = received.answers[index] ?? null;
    const failure = answer === null ? 'it does not begin as an answer' : null;
    const asker = browser.label;
    return {
      asker,
      origin: run.origin,
      question,
      answer,
      failure,
      startedAt,
      endedAt: performance.now(),
      connection: 0,
    };
  });
  return {
    mechanism: 'M18',
    title: `bytes of ${person(first.label)}'s answer stand in front of ${person(second.label)}'s on one connection (${route.label})`,
    owner: first.label,
    receiver: second.label,
    exchanges: exchanges.map((exchange) => run.journal.show(exchange)),
    leak: { where: 'body', name: null, offset: 0, excerpt: excerpt(rest.slice(0, length), 0, 0) },
    detail: `The answer goes on for ${length} bytes after its Content-Length: whoever comes next on the connection is given them.`,
  };
}
