/** A bar on a terminal that shows how far a run is; nothing where nobody looks. */
import { Presets, SingleBar } from 'cli-progress';
import type { Console } from './console.js';

export interface Progress {
  /** @param what is going on now, in a few words */
  at(done: number, total: number, what: string): void;
  end(): void;
}

export function progressOn({ terminal }: Pick<Console, 'terminal'>, unit: string): Progress {
  if (terminal === undefined) return { at() {}, end() {} };
  const format = `{bar} {value}/{total} ${unit}  {what}`;
  const bar = new SingleBar(
    { stream: terminal, format, barsize: 24, clearOnComplete: true, hideCursor: true, gracefulExit: true },
    Presets.shades_classic,
  );
  let started = false;
  return {
    at(done, total, what) {
      if (!started) bar.start(total, done, { what });
      started = true;
      bar.setTotal(total);
      bar.update(done, { what });
    },
    end() {
      if (started) bar.stop();
    },
  };
}
