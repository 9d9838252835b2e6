/** From experiments to the mechanism, of a session cookie that was given to somebody else. */
import { atOnce, inTurn } from './experiments.js';
import type { SwapGroup } from './judge.js';
import type { Lab } from './lab.js';
import { saysHit } from './learn.js';
import type { Explained } from './mechanism.js';

export async function explainedCookie({ first }: SwapGroup, lab: Lab): Promise<Explained> {
  const { question } = first.exchange;
  if (question.method === 'POST') {
    return {
      mechanism: 'M22',
      because: 'It came with the answer to a POST, which no cache gives: the app gave it to both.',
    };
  }
  if (saysHit(first.exchange)) {
    return { mechanism: 'M12', because: 'It came with an answer whose headers say that a cache gave it.' };
  }
  if ((await inTurn(lab, { sameUrl: true })) || (await inTurn(lab, { sameUrl: false }))) {
    return {
      mechanism: 'M12',
      because: 'It comes back when one asks after another: the answer is kept, Set-Cookie and all.',
    };
  }
  const sameAtOnce = await atOnce(lab, { sameUrl: true });
  if (await atOnce(lab, { sameUrl: false })) {
    return {
      mechanism: 'M2',
      because: 'It comes back when two ask at once, at different URLs too: they share an object.',
    };
  }
  if (sameAtOnce) {
    return {
      mechanism: 'M12',
      because: 'It comes back when two ask for one URL at once: one answer is given to both.',
    };
  }
  return {
    mechanism: 'M12',
    because: 'Afterwards it did not come back; most likely a cache kept the answer for a moment.',
  };
}
