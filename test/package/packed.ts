/** The packed package, as pack.setup.ts left it. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `app` has the package, its dependencies, Express 4 and 5 and Connect; the other one libsql as well. */
export type App = 'app' | 'app-with-libsql';

export function folderOf(app: App): string {
  const folder = process.env.SWAPPROOF_PACKED;
  if (folder === undefined) throw new Error('Run by jest, whose setup packs the package.');
  return join(folder, app);
}

export const packageFolder = () => join(folderOf('app'), 'node_modules', 'swapproof');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writes a program into the app's folder and runs it with Node, in a test environment, without a network of ours. */
export function runProgram(app: App, name: string, program: string): Promise<Outcome> {
  writeFileSync(join(folderOf(app), name), program);
  return runNode(app, [name]);
}

/** @param timeout milliseconds, for what might not end by itself: it is stopped then, with a code that is not 0 */
export function runNode(app: App, args: readonly string[], timeout = 0): Promise<Outcome> {
  const env = { PATH: process.env.PATH, NODE_ENV: 'test' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folderOf(app), env, timeout }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}
