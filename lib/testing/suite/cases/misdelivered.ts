/** Mail that went to somebody else than whose it is. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Mail } from '../../world/hooks.js';
import type { World } from '../../world/world.js';

/** @param of the request after which it left */
export function wrongMail(world: World, of: Exchange, mails: readonly Mail[], detail: string): NewFinding | null {
  const owners = (text: string) => world.everybody.filter(({ marks }) => marks.some((mark) => text.includes(mark)));
  for (const { to, text } of mails) {
    const [receiver] = owners(to);
    const owner = owners(text).find(({ label }) => label !== receiver?.label);
    if (receiver === undefined || owner === undefined) continue;
    return {
      mechanism: 'M29',
      title: `a mail about what is ${owner.label}'s went to ${receiver.label}, after ${of.question.method} ${of.question.path}`,
      owner: owner.label,
      receiver: receiver.label,
      exchanges: [world.journal.show(of)],
      leak: { where: 'side effect', name: 'mail', offset: null, excerpt: `to ${to}` },
      detail,
    };
  }
  return null;
}
