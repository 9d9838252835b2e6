/** Who logs in: from a file, from cookie jars, or from the command line with passwords out of the environment. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { CannotRun } from '../cannot-run.js';
import { linesOfJar } from './curl-jar.js';
import type { HammerUser } from './options.js';

type Environment = Readonly<Record<string, string | undefined>>;

const HEADING = [/^(?:user|username|name|email|login)$/i, /^pass(?:word)?$/i];
const SHARED_PASSWORD = 'SWAPPROOF_PASSWORD';

/** `ada:secret`, or `ada` with the password in the environment. @throws CannotRun */
export function typedUser(text: string, environment: Environment): HammerUser {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const variable = `${SHARED_PASSWORD}_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
  const password = colon < 0 ? (environment[variable] ?? environment[SHARED_PASSWORD]) : text.slice(colon + 1);
  if (name === '') throw new CannotRun('--user needs a name, as in --user ada or --user ada:password.');
  if (password === undefined) {
    throw new CannotRun(`--user ${name}: put the password into ${variable} (or ${SHARED_PASSWORD} for all of them).`);
  }
  return { name, password, cookies: null, marks: [] };
}

/** A line for each user: name, password, and whatever else only he is shown. @throws CannotRun */
export async function usersOfFile(file: string): Promise<HammerUser[]> {
  // Spreadsheets write a mark in front of UTF-8.
  const text = (await contentOf(file, '--users')).replace(/^\uFEFF/, '');
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(fieldsOf);
  const users = rows.slice(isHeading(rows[0]) ? 1 : 0);
  return users.map(([name = '', password, ...marks], index) => {
    if (name === '' || password === undefined) {
      throw new CannotRun(`--users ${file}: user ${index + 1} is not of the form name,password.`);
    }
    return { name, password, cookies: null, marks: marks.filter((mark) => mark !== '') };
  });
}

/** Named after their files. @throws CannotRun */
export async function userOfJar(file: string, url: URL): Promise<HammerUser> {
  const cookies = linesOfJar(await contentOf(file, '--jar'), url.hostname);
  if (cookies === null) throw new CannotRun(`--jar ${file} is no cookie jar. curl --cookie-jar ${file} makes one.`);
  if (cookies.length === 0) throw new CannotRun(`--jar ${file} has no cookie of ${url.hostname}.`);
  return { name: basename(file, extname(file)), password: null, cookies, marks: [] };
}

/** `ada=Ada Lovelace`, added to the user of that name. @throws CannotRun */
export function withMarks(users: readonly HammerUser[], marks: readonly string[]): HammerUser[] {
  const given = marks.map((text) => {
    const [, name = '', mark = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (!users.some((user) => user.name === name)) {
      throw new CannotRun(
        `--mark ${text}: give a user and what only this user is shown, as in --mark 'ada=Ada Lovelace'.`,
      );
    }
    return { name, mark };
  });
  return users.map((user) => {
    const own = given.filter(({ name }) => name === user.name).map(({ mark }) => mark);
    return { ...user, marks: [...user.marks, ...own] };
  });
}

/** Both words: a user may be called `user`. */
function isHeading(row: readonly string[] = []): boolean {
  return HEADING.every((word, index) => word.test(row[index] ?? ''));
}

async function contentOf(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CannotRun(`${option} ${file} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Of a line of comma-separated values; quotes are doubled inside quotes (RFC 4180). */
function fieldsOf(line: string): string[] {
  const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return fields.map(([, quoted, plain = '']) => (quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"')));
}
