import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError } from '../../errors.js';
import type { TokenStorage } from '../../tokens/token-store.js';
import type { Store } from '../store.js';
import { SqliteAnonymous } from './anonymous.js';
import { DatabaseFile } from './database-file.js';
import { driver } from './driver.js';
import { isNoDatabase, unavailable } from './failure.js';
import { SqliteLog } from './log.js';
import { SqliteRegistry } from './registry.js';
import { SqliteStored } from './stored.js';
import { ensureTokenSchema } from './token-schema.js';
import { SqliteTokens } from './tokens.js';

/**
 * Revocations and sessions in a SQLite file, which all processes of one machine may share. The file is made if it is
 * missing, its folder is not. Needs the package `libsql`. Keep it on a local disk, and back it up with the app stopped.
 * @throws ConfigurationError ERR_INVALID_OPTION where the operator must act: no driver, no folder, not a database.
 */
export function sqlite(path: string): Store {
  assertPath(path, 'sqlite');
  const load = driver();
  return {
    name: 'sqlite',
    open({ keep, now = Date.now }) {
      assertPlace(path, 'sqlite');
      const forLog = new DatabaseFile(load, path, { durability: 'FULL', creates: true });
      const forRegistry = new DatabaseFile(load, path, { durability: 'NORMAL', creates: false });
      assertDatabase(forLog);
      const log = new SqliteLog(forLog, { keep, now });
      const registry = new SqliteRegistry(forRegistry);
      return {
        log,
        registry,
        stored: new SqliteStored(forRegistry),
        anonymous: new SqliteAnonymous(forRegistry),
        async close() {
          await log.close();
          await registry.close();
        },
      };
    },
  };
}

/**
 * Service tokens in a SQLite file, which may be that of the sessions and is shared in the same way.
 * @throws ConfigurationError ERR_INVALID_OPTION as sqlite() does
 */
export function sqliteTokens(path: string): TokenStorage {
  assertPath(path, 'sqliteTokens');
  const load = driver();
  return {
    name: 'sqlite',
    open() {
      assertPlace(path, 'sqliteTokens');
      const file = new DatabaseFile(load, path, { durability: 'FULL', creates: true, schema: ensureTokenSchema });
      assertDatabase(file);
      return new SqliteTokens(file);
    },
  };
}

function assertPath(path: unknown, call: string): void {
  if (typeof path === 'string' && path !== '' && !path.startsWith(':memory:') && !path.includes('\0')) return;
  throw new ConfigurationError('ERR_INVALID_OPTION', `${call}(path) takes the path of a file, as './sessions.db'.`);
}

function assertPlace(path: string, call: string): void {
  const folder = dirname(resolve(path));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigurationError('ERR_INVALID_OPTION', `${call}(path): there is no folder ${folder}. Make it first.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigurationError('ERR_INVALID_OPTION', `${call}(path): ${path} is a folder. Name a file in it.`);
  }
}

/** Connects once, so that a wrong file stops the app as it starts. Whatever may pass is left to the polls to report. */
function assertDatabase(file: DatabaseFile): void {
  try {
    file.use(() => {});
  } catch (error) {
    if (!isNoDatabase(error)) return;
    throw new ConfigurationError('ERR_INVALID_OPTION', unavailable(file.path, error).message, { cause: error });
  }
}
