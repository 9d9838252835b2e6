/** How each kind of step is taken. Every answer goes through the browsers, which take cookies and have it recorded. */
import { type AskOptions, Client } from '../../evidence/client.js';
import { type Exchange, type HeaderLine, type Question, valuesOf } from '../../evidence/exchange.js';
import { burst } from '../../evidence/last-byte.js';
import { pipeline } from '../../evidence/wire.js';
import type { Account, Person } from '../../testing/world/person.js';
import { questionOf } from './options.js';
import type { Ask, Cut, Step, StepKind } from './plan.js';
import type { Run } from './run.js';
import { visit } from './visit.js';

interface Asking {
  readonly person: Person;
  readonly question: Question;
}

type Taken = Promise<readonly Exchange[]>;

/** @returns everything that was asked */
export async function take(run: Run, step: Step): Taken {
  const asks = step.asks.map((ask) => asking(run, ask));
  const strangers = asks.filter(({ person }) => person.account === null);
  try {
    return await HOW[step.kind](run, asks, step);
  } finally {
    for (const { person } of strangers) person.close();
  }
}

const HOW: Readonly<Record<StepKind, (run: Run, asks: readonly Asking[], step: Step) => Taken>> = {
  page: (_run, [first]) => visit((first as Asking).person, (first as Asking).question),
  'same-url': atOnce,
  'other-urls': atOnce,
  turn: (_run, asks) => inTurn(asks, ({ person, question }) => person.ask(question)),
  socket: onOneConnection,
  pipeline: inOnePacket,
  abort: (_run, asks, { cut }) =>
    inTurn(asks, ({ person, question }, index) => person.ask(question, index === 0 ? cutBy(cut) : {})),
  head: (_run, asks) =>
    inTurn(asks, ({ person, question }, index) => person.ask(index === 0 ? asHead(question) : question)),
  conditional: again,
  doubled: (run, asks) => inTurn(asks, ({ person, question }) => person.ask(doubled(run, person, question))),
  login: logInAgain,
};

function asking({ crew, options }: Run, { who, route, fresh }: Ask): Asking {
  const person = who === null ? crew.stranger() : (crew.browsers[who] as Person);
  return { person, question: questionOf(options.routes[route] as (typeof options.routes)[number], fresh) };
}

export function cutBy(cut: Cut): AskOptions {
  return 'bytes' in cut ? { abortAfter: cut.bytes } : { signal: AbortSignal.timeout(cut.milliseconds) };
}

async function inTurn(asks: readonly Asking[], ask: (one: Asking, index: number) => Promise<Exchange>): Taken {
  const exchanges: Exchange[] = [];
  for (const [index, one] of asks.entries()) exchanges.push(await ask(one, index));
  return exchanges;
}

/** Released together by their last bytes, each on its own connection. */
async function atOnce(run: Run, asks: readonly Asking[]): Taken {
  const client = clientOf(run);
  const exchanges = await burst(
    asks.map(({ person, question }) => ({ client, question: person.dressed(question), asker: person.label })),
  );
  client.close();
  return exchanges.map((exchange, index) => (asks[index] as Asking).person.took(exchange));
}

async function onOneConnection(run: Run, asks: readonly Asking[]): Taken {
  const client = clientOf(run, true);
  const exchanges = await inTurn(asks, async ({ person, question }) => {
    return person.took(await client.ask(person.dressed(question), { asker: person.label }));
  });
  client.close();
  return exchanges;
}

async function inOnePacket(run: Run, asks: readonly Asking[]): Taken {
  const exchanges = await pipelined(
    run,
    asks.map(({ person, question }) => ({ asker: person.label, question: person.dressed(question) })),
  );
  return exchanges.map((exchange, index) => (asks[index] as Asking).person.took(exchange));
}

/** As exchanges: what the raw connection brought, in the order of the questions. */
export async function pipelined(
  run: Run,
  asks: readonly { readonly asker: string | null; readonly question: Question }[],
): Promise<Exchange[]> {
  const startedAt = performance.now();
  const insecureTls = run.options.insecureTls ?? false;
  const received = await pipeline(
    run.origin,
    asks.map(({ question }) => question),
    { insecureTls },
  ).catch((error: Error) => error.message);
  const endedAt = performance.now();
  return asks.map(({ asker, question }, index): Exchange => {
    const answer = typeof received === 'string' ? null : (received.answers[index] ?? null);
    const why = typeof received === 'string' ? received : 'no answer to a pipelined request';
    return {
      asker,
      origin: run.origin,
      question: { method: 'GET', headers: [], ...question },
      answer,
      failure: answer === null ? why : null,
      startedAt,
      endedAt,
      connection: 0,
    };
  });
}

async function again(_run: Run, asks: readonly Asking[]): Taken {
  const [{ person, question }] = asks as [Asking];
  const first = await person.ask(question);
  const [tag] = valuesOf(first.answer?.headers ?? [], 'etag');
  if (tag === undefined) return [first];
  const headers: HeaderLine[] = [...(question.headers ?? []), ['If-None-Match', tag]];
  return [first, await person.ask({ ...question, headers })];
}

/** In another browser, which takes the place of the first one: whatever that one still asks is answered as before. */
async function logInAgain({ crew, journal }: Run, [first]: readonly Asking[], { asks }: Step): Taken {
  const { person, question } = first as Asking;
  const browser = await crew.again(person.account as Account, asks[0]?.who ?? 0);
  if (browser === null) journal.failedLogins++;
  return [await (browser ?? person).ask(question)];
}

/** All cookies twice: caches and apps that make a key of them see lists. Strangers have the names, but no session. */
export function doubled({ crew, origin }: Run, person: Person, question: Question): Question {
  const url = new URL(question.path, origin);
  const own = person.jar.header(url);
  const cookie = own || (crew.browsers[0]?.jar.header(url) ?? '').replace(/=[^;]*/g, '=nobody-at-all');
  return { ...question, headers: [...(question.headers ?? []), ['Cookie', `${cookie}; ${cookie}`]] };
}

function asHead(question: Question): Question {
  return question.method === 'GET' ? { ...question, method: 'HEAD' } : question;
}

export function clientOf({ origin, options }: Run, keepAlive = false): Client {
  return new Client({ origin, keepAlive, insecureTls: options.insecureTls ?? false });
}
