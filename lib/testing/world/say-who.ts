/** What the app says about who asks. */
import type { Exchange } from '../../evidence/exchange.js';
import { offsetOf, textOf } from '../../evidence/marks.js';
import type { Person } from './person.js';
import type { World } from './world.js';

/** As text: the body of the whoami route or, where it has none, its headers; or what the function answered. */
export async function sayWho(world: World, person: Person): Promise<string> {
  const { whoami } = world.options;
  if (typeof whoami === 'function') return text(await whoami(person));
  const exchange = await person.ask(world.whoami as NonNullable<World['whoami']>);
  return bodyOf(exchange) || headersOf(exchange);
}

/** Whose marks it says; null for nobody's, or where it can't say. Of several, the first. */
export async function isTakenFor(world: World, person: Person): Promise<string | null> {
  const said = await sayWho(world, person).catch(() => '');
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
