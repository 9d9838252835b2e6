/** How exchanges get into the report: with the run's clock, and without the values of the headers that the user gave. */
import type { Exchange } from '../../evidence/exchange.js';
import { type ShownExchange, shown } from '../../evidence/shown.js';
import type { Settings } from './options.js';

export type Show = (exchange: Exchange) => ShownExchange;

/** @param epoch the monotonic time at which the run began */
export function showing(epoch: number, { sentHeaders, credentialHeaders }: Settings): Show {
  const secret = [...sentHeaders.map(([name]) => name), ...credentialHeaders].map((name) => name.toLowerCase());
  return (exchange) => shown(exchange, epoch, secret);
}
