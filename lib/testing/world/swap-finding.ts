/** A foreign mark in an answer, as a finding. */
import type { Exchange } from '../../evidence/exchange.js';
import type { Leak, NewFinding } from '../../evidence/finding.js';
import { type Sighting, textOf } from '../../evidence/marks.js';
import type { Mechanism } from '../../evidence/mechanisms.js';
import { excerpt } from '../../evidence/shown.js';
import type { World } from './world.js';

interface Seen {
  readonly mechanism: Mechanism;
  /** The owner's own request, if it is known. */
  readonly of?: Exchange | undefined;
  /** The answer that held what was not the asker's. */
  readonly to: Exchange;
  readonly sighting: Sighting;
  readonly detail: string;
  readonly at?: string | null;
}

export function swapFinding(world: World, { mechanism, of, to, sighting, detail, at = null }: Seen): NewFinding {
  const receiver = to.asker ?? 'somebody without a session';
  return {
    mechanism,
    title: `${receiver} was given what is ${sighting.owner}'s by ${to.question.method} ${to.question.path}`,
    owner: sighting.owner,
    receiver: to.asker,
    exchanges: [...(of ? [of] : []), to].map((exchange) => world.journal.show(exchange)),
    leak: leakOf(to, sighting),
    at,
    detail,
  };
}

export function leakOf({ answer }: Exchange, { where, header, offset, mark }: Sighting): Leak {
  const line = answer?.headers.find(([name, value]) => name === header && value.includes(mark));
  const text = where === 'header' ? (line?.[1] ?? '') : answer ? textOf(answer) : '';
  const isCookie = header?.toLowerCase() === 'set-cookie';
  return { where: isCookie ? 'cookie' : where, name: header, offset, excerpt: excerpt(text, offset, mark.length) };
}
