/** A server under measurement: started on a core of its own, asleep while others are measured, ended at the end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VariantName } from './variants.js';

export interface Cores {
  readonly server: string;
  readonly load: string;
}

/** Two cores that this process may use; null where there are none or they can't be chosen. */
export function chooseCores(): Cores | null {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return null;
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const cores = list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  });
  const [server, load] = cores;
  return server !== undefined && load !== undefined ? { server, load } : null;
}

/** Keeps this process, which makes the load, off the servers' core. */
export function pinSelf({ load }: Cores): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', load, String(process.pid)]);
}

export class ServerProcess {
  readonly name: VariantName;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(name: VariantName, port: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.#child = child;
  }

  static async start(name: VariantName, cores: Cores | null): Promise<ServerProcess> {
    const program = [process.execPath, fileURLToPath(new URL('server.js', import.meta.url)), name];
    const [command = '', ...args] = cores ? ['taskset', '--cpu-list', cores.server, ...program] : program;
    // Not 'production', where express-session prints a warning about its memory; nothing measured here looks at the name.
    const env = { ...process.env, NODE_ENV: 'bench' };
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the server of ${name} ended with ${code} before it listened`);
    });
    const [port] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return new ServerProcess(name, Number(port), child);
  }

  /** Timers of the others, as of a revocation log that is polled, would take the core that is being measured. */
  sleep(): void {
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#child.kill('SIGCONT');
  }

  /** Processor time used so far, in microseconds: on a busy machine it tells more than requests a second. */
  async processorTime(): Promise<number> {
    const answered = once(this.#child, 'message');
    this.#child.send('processor time');
    const [time] = await answered;
    return Number(time);
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.wake();
    this.#child.disconnect();
    await ended;
  }
}
