/** Every way in which people wait between remembering a user and answering; the line that waits says so. */
import crypto from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Keeps a user from the beginning of a request to its end: answers how to ask who it was. */
export type Memory = (user: string) => () => string;

/** A variable of the module, shared by everybody. */
export function sharedMemory(): Memory {
  let current = '';
  return (user) => {
    current = user;
    return () => current;
  };
}

/** A variable of the function. */
export function ownMemory(): Memory {
  return (user) => () => user;
}

export const userOf = (req: IncomingMessage) => String(req.headers['x-user']);

type Way = (who: () => string, res: ServerResponse) => void | Promise<void>;

const read = promisify(fs.readFile);
const file = __filename;
class Subclass<T> extends Promise<T> {}

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

async function* pages(): AsyncGenerator<string> {
  yield 'first';
  await read(file); // waits
  yield 'second';
}

const ways: Readonly<Record<string, Way>> = {
  'core fs': async (who, res) => {
    await readFile(file); // waits
    res.end(who());
  },
  'util.promisify': async (who, res) => {
    await read(file); // waits
    res.end(who());
  },
  'a then': (who, res) => {
    read(file).then(() => res.end(who())); // waits
  },
  'a chain of thens': (who, res) => {
    const begun = read(file).then((text) => text.length); // waits
    begun.then(() => res.end(who()));
  },
  'a finally': (who, res) => {
    read(file).finally(() => res.end(who())); // waits
  },
  'an async function inside': async (who, res) => {
    const inner = async () => (await read(file)).length; // waits
    await inner();
    res.end(who());
  },
  'a rejection': async (who, res) => {
    try {
      await read(`${file}.none`); // waits
    } catch {
      res.end(who());
    }
  },
  'a caught rejection': (who, res) => {
    read(`${file}.none`).catch(() => res.end(who())); // waits
  },
  'fetch of a data URL': async (who, res) => {
    const answer = await fetch('data:text/plain,hello');
    await answer.text();
    await sleep(1); // waits
    res.end(who());
  },
  'Promise.all': async (who, res) => {
    await Promise.all([read(file), sleep(1)]); // waits
    res.end(who());
  },
  'a thenable': async (who, res) => {
    // biome-ignore lint/suspicious/noThenProperty: as knex has it
    const query = { then: (...take: Parameters<Promise<Buffer>['then']>) => read(file).then(...take) }; // waits
    await query;
    res.end(who());
  },
  'an async generator': async (who, res) => {
    for await (const page of pages()) void page;
    res.end(who());
  },
  'a subclass of Promise': async (who, res) => {
    await new Subclass((resolve) => setTimeout(resolve, 1)); // waits
    res.end(who());
  },
  'a timer': (who, res) => {
    setTimeout(() => res.end(who()), 1); // waits
  },
  setImmediate: (who, res) => {
    setImmediate(() => res.end(who())); // waits
  },
  'a timer in a promise': async (who, res) => {
    await new Promise((resolve) => setTimeout(resolve, 1)); // waits
    res.end(who());
  },
  'a promise that a timer resolves elsewhere': async (who, res) => {
    await pause(); // waits
    res.end(who());
  },
  'a callback of fs': (who, res) => {
    fs.stat(file, () => res.end(who())); // waits
  },
  'a callback of dns': (who, res) => {
    dns.lookup('localhost', () => res.end(who())); // waits
  },
  'a callback of crypto': (who, res) => {
    crypto.pbkdf2('password', 'salt', 1, 8, 'sha256', () => res.end(who())); // waits
  },
  'a timer that is promisified': async (who, res) => {
    await promisify(setTimeout)(1); // waits
    res.end(who());
  },
  'a CommonJS dependency': async (who, res) => {
    const { readBody } = require('./dependency.cjs') as { readBody(path: string): Promise<string> };
    await readBody(file);
    res.end(who());
  },
};

export const names = Object.keys(ways);

export function app(name: string, memory: Memory): RequestListener {
  const way = ways[name] as Way;
  return (req, res) => way(memory(userOf(req)), res);
}
