/** Experiments with connections: shared by two people, cut off, and with cookies that are there twice. */
import type { Exchange } from '../../evidence/exchange.js';
import { bytesOf, converse } from '../../evidence/wire.js';
import type { Person } from '../../testing/world/person.js';
import type { Lab } from './lab.js';
import type { Cut } from './plan.js';
import { clientOf, cutBy, doubled, pipelined } from './steps.js';

type Outcome = Promise<Exchange | null>;

const TRIES = 3;
/** While the app is at work, and in the middle of the answer. */
const CUTS: readonly Cut[] = [
  { milliseconds: 2 },
  { milliseconds: 10 },
  { milliseconds: 30 },
  { bytes: 0 },
  { bytes: 64 },
];
const UNASKED_BYTES_WITHIN = 150;

export function onOneConnection(lab: Lab): Outcome {
  return lab.tried(TRIES, async () => {
    const client = clientOf(lab.run, true);
    const exchanges: Exchange[] = [];
    for (const person of lab.people) {
      const { asker, question } = lab.ask(person, lab.word());
      exchanges.push(await client.ask(question, { asker }));
    }
    client.close();
    return exchanges;
  });
}

export function inOnePacket(lab: Lab): Outcome {
  return lab.tried(TRIES, () =>
    pipelined(
      lab.run,
      lab.two.map((person) => lab.ask(person, lab.word())),
    ),
  );
}

/** Bytes that come after an answer, before anything else was asked. */
export async function sendsUnasked(lab: Lab): Promise<boolean> {
  const { question } = lab.ask(lab.two[0], lab.word());
  const received = await converse(lab.origin, bytesOf(question, new URL(lab.origin).host), {
    methods: [question.method ?? 'GET', 'GET'],
    deadline: UNASKED_BYTES_WITHIN,
    insecureTls: lab.run.options.insecureTls ?? false,
  }).catch(() => null);
  return received !== null && (received.answers.length > 1 || received.rest.length > 0);
}

export function afterAbort(lab: Lab): Outcome {
  return lab.tried(CUTS.length, async (attempt) => {
    const client = clientOf(lab.run);
    const [first, ...others] = lab.people as [Person, ...Person[]];
    const { asker, question } = lab.ask(first, lab.word());
    await client.ask(question, { asker, ...cutBy(CUTS[attempt] as Cut) });
    const asks = others.map((person) => lab.ask(person, lab.word()));
    const rest = await Promise.all(asks.map((next) => client.ask(next.question, { asker: next.asker })));
    client.close();
    return rest;
  });
}

export function withDoubledCookies(lab: Lab): Outcome {
  return lab.tried(TRIES, () => {
    const query = lab.word();
    const asks = lab.people.map((person) => {
      const { asker, question } = lab.ask(person, query);
      return { asker, question: doubled(lab.run, person, question) };
    });
    return lab.inOrder(asks);
  });
}
