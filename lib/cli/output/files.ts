/** Files of a report: whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { printable } from '../../evidence/text/printable.js';

/** @returns null, or one line that says what could not be written */
export async function writeWhole(file: string, text: string): Promise<string | null> {
  try {
    const target = await targetOf(file);
    if (target === null) await writeFile(file, text);
    else await replace(target, text);
    return null;
  } catch (error) {
    return failure(file, error as NodeJS.ErrnoException);
  }
}

/** @returns as `writeWhole()` does */
export async function append(file: string, text: string): Promise<string | null> {
  try {
    await writeFile(file, text, { flag: 'a' });
    return null;
  } catch (error) {
    return failure(file, error as NodeJS.ErrnoException);
  }
}

/** Behind links; null for a pipe or a device, whose place nothing may take. */
async function targetOf(file: string): Promise<string | null> {
  try {
    const target = await realpath(file);
    return (await stat(target)).isFile() ? target : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error;
  }
}

/** By another file beside it, which takes its place when all of it is on the disk. */
async function replace(target: string, text: string): Promise<void> {
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there: make it first',
  ENOSPC: 'the disk is full',
  EACCES: 'no permission',
  EISDIR: 'it is a folder: give a file',
};

function failure(file: string, { code = 'unknown error' }: NodeJS.ErrnoException): string {
  return `${printable(file)} can't be written (${REASONS[code] ?? printable(code)}).`;
}
