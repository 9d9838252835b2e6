/** nginx with one of the example's configurations, in front of an app on loopback. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Service, type ServiceKind, startService } from './services.js';

export const NGINX: ServiceKind = { name: 'nginx', install: 'apt-get install nginx-light' };

export type NginxConfiguration = 'careless' | 'good';

export function startNginx(binary: string, configuration: NginxConfiguration, originPort: number): Promise<Service> {
  const template = readFileSync(resolve(`example-app/proxy/nginx-${configuration}.conf`), 'utf8');
  return startService({
    binary,
    prepare(folder, port) {
      const text = template.replaceAll('@PORT@', String(port)).replaceAll('@ORIGIN@', `127.0.0.1:${originPort}`);
      writeFileSync(join(folder, 'nginx.conf'), text);
      return ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'), '-g', directives()];
    },
  });
}

/** Started by root, nginx would hand its workers to a user who may not write into the folder. */
function directives(): string {
  return process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';
}
