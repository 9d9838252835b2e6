/** Why an experiment cannot be made. */
import type { World } from './world.js';

export function unlessInProcess(what: string): (world: World) => string | null {
  return ({ inProcess }) => (inProcess ? null : `${what} in this process only: give app, not url`);
}
