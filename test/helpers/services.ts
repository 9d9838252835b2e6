/** Servers that some tests need: found, started with a folder and a port of their own, awaited, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface ServiceKind {
  readonly name: string;
  /** Its program; default its name. */
  readonly binary?: string;
  /** What installs it. */
  readonly install: string;
}

export interface Service {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServiceCommand {
  readonly binary: string;
  /** Writes what the server needs into its folder; answers its arguments. Asked again, with another port, if taken. */
  prepare(folder: string, port: number): readonly string[];
  /** Default SIGTERM. */
  readonly stopBy?: NodeJS.Signals;
}

const START_DEADLINE = 10_000;
const RETRY_EVERY = 20;
const PORTS_TO_TRY = 5;
/** Who asked to stop and did not is killed after this. */
const STOP_DEADLINE = 5_000;
const NOBODY = 65_534;

/** Where the program is, or null. Servers often live outside the PATH of ordinary users. */
export function findBinary(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** @throws Error with the server's own words if it ends before it answers, or does not answer in 10 seconds. */
export async function startService(command: ServiceCommand): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-service-'));
  let failure = '';
  for (let attempt = 0; attempt < PORTS_TO_TRY; attempt++) {
    const port = await freePort();
    const child = spawnIn(folder, command.binary, command.prepare(folder, port));
    const words = collect(child);
    if (await answers(child, port)) return { port, stop: () => stop(child, folder, command.stopBy) };
    failure = words();
    await end(child, command.stopBy);
  }
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`${command.binary} did not start: ${failure}`);
}

/**
 * Started by root, a server runs as nobody: Apache refuses to be root, nginx and Varnish would hand their workers to a
 * user who may not write into the folder.
 */
function spawnIn(folder: string, binary: string, args: readonly string[]): ChildProcess {
  const root = process.getuid?.() === 0;
  if (root) giveAway(folder);
  return spawn(binary, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(root && { uid: NOBODY, gid: NOBODY }),
  });
}

function giveAway(path: string): void {
  chownSync(path, NOBODY, NOBODY);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAway(join(path, name));
}

/** Free a moment ago: whoever takes it in between makes the server fail, and another one is tried. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = performance.now() + START_DEADLINE;
  while (!hasEnded(child) && performance.now() < deadline) {
    if (await accepts(port)) return !hasEnded(child);
    await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY));
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function stop(child: ChildProcess, folder: string, signal?: NodeJS.Signals): Promise<void> {
  await end(child, signal);
  rmSync(folder, { recursive: true, force: true });
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE);
  await ended;
  clearTimeout(deadline);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function collect(child: ChildProcess): () => string {
  let words = '';
  child.on('error', (error) => {
    words += error.message;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  return () => words.trim();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
