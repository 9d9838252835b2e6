import type { KitApp } from './kit-app.js';

const EVERY = 20;
const TRIES = 500;

/** Last-seen times are written a second later; whoever lists sees them then. */
export async function lastSeenWritten({ sessions, clock }: KitApp, subject = 'alice'): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    for await (const { lastSeenAt } of sessions.list(subject)) if (lastSeenAt === clock.now()) return;
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  throw new Error(`nobody has seen ${subject}`);
}
