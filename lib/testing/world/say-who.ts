/** What the app says about who asks. */
import type { Exchange } from '../../evidence/exchange.js';
import { offsetOf, textOf } from '../../evidence/marks.js';
import type { Person } from './person.js';
import type { World } from './world.js';

/** As text: the body of the whoami route or, where that names nobody and they do, its headers; or what the function answered. */
export async function sayWho(world: World, person: Person): Promise<string> {
  const { whoami } = world.options;
  if (typeof whoami === 'function') return text(await whoami(person));
  const exchange = await person.ask(world.whoami as NonNullable<World['whoami']>);
  const [body, headers] = [bodyOf(exchange), headersOf(exchange)];
  return body === '' || (ownerOf(world, body) === null && ownerOf(world, headers) !== null) ? headers : body;
}

/** Whose marks it says; null for nobody's, or where it can't say. Of several, the first. */
export async function isTakenFor(world: World, person: Person): Promise<string | null> {
  return ownerOf(world, await sayWho(world, person).catch(() => ''));
}

function ownerOf(world: World, said: string): string | null {
  const owner = world.everybody.find(({ marks }) => marks.some((mark) => offsetOf(said, mark) >= 0));
  return owner?.label ?? null;
}

/** The body as the browser reads it; empty without an answer. */
export function bodyOf({ answer }: Exchange): string {
  return answer === null ? '' : textOf(answer);
}

/** But for those that differ from answer to answer, whoever asks. */
function headersOf({ answer }: Exchange): string {
  const telling = (answer?.headers ?? []).filter(([name]) => !/^(?:date|set-cookie|age|.*request-?id)$/i.test(name));
  return telling.map(([name, value]) => `${name}: ${value}`).join('\n');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
