/**
 * Real caches in front of an app on loopback, each well-behaved and careless. The configurations are the templates of
 * example-app/proxy, whose comments say what they model.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { CacheConfiguration, CacheKind } from './cache-kinds.js';
import { findBinary, type Service, startService } from './services.js';

export { CACHES, type CacheConfiguration, type CacheKind, type CacheName, cacheNamed } from './cache-kinds.js';

/** Which of them are installed here. */
export function isInstalled({ binary }: CacheKind): boolean {
  return findBinary(binary) !== null;
}

/** @throws Error with the server's own words if it does not start. */
export async function startCache(
  kind: CacheKind,
  configuration: CacheConfiguration,
  originPort: number,
): Promise<Service> {
  const binary = findBinary(kind.binary);
  if (binary === null) throw new Error(`${kind.name} is missing: ${kind.install}`);
  const template = resolve('example-app/proxy', kind.templates[configuration]);
  const service = await startService({
    binary,
    ...(kind.stopBy && { stopBy: kind.stopBy }),
    prepare(folder, port) {
      const path = join(folder, basename(template));
      cpSync(template, path, { recursive: true });
      fillIn(path, {
        PORT: `${port}`,
        ORIGIN: `127.0.0.1:${originPort}`,
        ORIGIN_PORT: `${originPort}`,
        FOLDER: statSync(path).isDirectory() ? path : folder,
        MODULES: kind.modules ?? '',
      });
      return kind.arguments(path, { folder, port });
    },
  });
  return {
    port: service.port,
    async stop() {
      await service.stop();
      for (const path of kind.leaves?.(service.port) ?? []) rmSync(path, { force: true });
    },
  };
}

function fillIn(path: string, values: Readonly<Record<string, string>>): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) fillIn(join(path, name), values);
  } else {
    const text = readFileSync(path, 'utf8').replace(/@([A-Z_]+)@/g, (whole, name) => values[name] ?? whole);
    writeFileSync(path, text);
  }
}
