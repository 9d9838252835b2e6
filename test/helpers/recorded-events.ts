import { type EventCode, Events, type SwapproofEvent } from '../../lib/events.js';

/** Events that keep what was emitted. */
export function recordedEvents(): { events: Events; seen: SwapproofEvent[]; codes(): EventCode[] } {
  const seen: SwapproofEvent[] = [];
  const events = new Events(() => 0);
  events.on('*', (event) => seen.push(event));
  return { events, seen, codes: () => seen.map(({ code }) => code) };
}
