/** From experiments to the mechanism: the first that brings the swap about says what it is. */
import type { Exchange } from '../../evidence/exchange.js';
import type { Mechanism } from '../../evidence/mechanisms.js';
import {
  afterAbort,
  inOnePacket,
  onOneConnection,
  sendsUnasked,
  withDoubledCookies,
} from './connection-experiments.js';
import { afterOther, alone, atOnce, followsTheLast, inTurn, wasKeptInFront } from './experiments.js';
import type { SwapGroup } from './judge.js';
import type { Lab } from './lab.js';
import { saysHit } from './learn.js';
import type { HammerOptions } from './options.js';

type Route = HammerOptions['whoami'];

export interface Explained {
  readonly mechanism: Mechanism;
  /** How one knows, in sentences. */
  readonly because: string;
}

export interface Circumstances {
  readonly direct: boolean;
  /** A second and more can be waited for; tests have caches that forget sooner. */
  readonly patient: boolean;
  readonly otherRoutes: readonly Route[];
}

/** Of a page or other answer. */
export async function explained({ first }: SwapGroup, lab: Lab, circumstances: Circumstances): Promise<Explained> {
  const swapped = await inTurn(lab, { sameUrl: true });
  if (swapped) return ofTurns(swapped, lab, circumstances);
  const otherUrl = await inTurn(lab, { sameUrl: false });
  if (otherUrl) return state('It comes back in turn at different URLs, though not at the same one.');
  const sameAtOnce = await atOnce(lab, { sameUrl: true });
  if (await atOnce(lab, { sameUrl: false })) {
    return state('It comes back whenever two ask at once, at different URLs too, and never in turn.');
  }
  if (sameAtOnce) {
    return {
      mechanism: 'M9',
      because:
        'It comes back when two ask for one URL at once, and neither in turn nor at different URLs: whoever asks second is ' +
        'given the answer that is being made for the first.',
    };
  }
  return (
    (await ofConnections(lab, circumstances)) ??
    (await ofOtherRoutes(lab, circumstances)) ??
    onlyUnderLoad(first.exchange)
  );
}

async function ofTurns(found: Exchange, lab: Lab, { direct, patient }: Circumstances): Promise<Explained> {
  const hit = saysHit(found);
  if (!hit && (await alone(lab))) {
    if (await followsTheLast(lab)) return state('It comes back in turn: others are shown whoever asked last.');
    if (direct) return { mechanism: 'M6', because: KEPT };
  }
  const anyQuery = (await inTurn(lab, { sameUrl: false })) !== null;
  const urls = anyQuery ? 'at URLs that differ in their query too' : 'at the same URL only';
  const because = `It comes back when one asks after another, ${urls}, each on a connection of his own`;
  if (hit) return { mechanism: 'M11', because: `${because}; the answer's headers say that a cache gave it.` };
  if (patient && (await wasKeptInFront(lab))) {
    return {
      mechanism: 'M11',
      because: `${because}, with the Date of the first answer: a cache in front of the app gave it.`,
    };
  }
  if (direct) {
    return {
      mechanism: 'M6',
      because: `${because}; nothing says that a cache stands in front: most likely the app keeps it.`,
    };
  }
  return { mechanism: 'M11', because: `${because}; something stands in front of the app, and most likely keeps it.` };
}

async function ofConnections(lab: Lab, { direct }: Circumstances): Promise<Explained | null> {
  if (direct) {
    if (await onOneConnection(lab)) {
      if (await sendsUnasked(lab)) return framing('On one connection, bytes came that nobody had asked for');
      return {
        mechanism: 'M3',
        because:
          'It comes back only on one connection, when one asks after another: something of the first request stays.',
      };
    }
    if (await sendsUnasked(lab)) return framing('Bytes came after the end of an answer');
    if (await inOnePacket(lab)) {
      return state('It comes back only when both requests are in one packet, and so at work in the same tick.');
    }
  }
  if (await afterAbort(lab)) {
    return { mechanism: 'M16', because: 'It comes back only after somebody cut an answer off before its end.' };
  }
  if (await withDoubledCookies(lab)) {
    return {
      mechanism: 'M7',
      because: 'It comes back only when the cookies are there twice, as old and new ones may be.',
    };
  }
  return null;
}

const KEPT =
  'It comes back in turn at any query, and long after its owner has asked: the app keeps the first answer, under a key that ' +
  'does not say whose it is. A kept permission (M10) looks alike.';

async function ofOtherRoutes(lab: Lab, { otherRoutes }: Circumstances): Promise<Explained | null> {
  for (const route of otherRoutes) {
    const found = await afterOther(lab, route);
    if (found === null) continue;
    const status = found.other.answer?.status ?? 0;
    if (status < 400) return state(`It comes back after the owner has asked for ${route.label}.`);
    return {
      mechanism: 'M3',
      because: `It comes back after the owner was refused at ${route.label} (${status}): what was bound for that request stays.`,
    };
  }
  return null;
}

function state(because: string): Explained {
  return {
    mechanism: 'M1',
    because: `${because} Most likely the requests share a variable; objects that are used again (M2) or batches (M5) look alike.`,
  };
}

function framing(because: string): Explained {
  return { mechanism: 'M18', because: `${because}: they are read as the beginning of the next answer.` };
}

function onlyUnderLoad(exchange: Exchange): Explained {
  if (saysHit(exchange)) {
    return {
      mechanism: 'M11',
      because: "The answer's headers say that a cache gave it; afterwards it did not come back.",
    };
  }
  return {
    mechanism: 'M26',
    because: 'Afterwards, with nothing else going on, it did not come back: in turn, at once, nor on one connection.',
  };
}
