/** The caches that tests and `npm run proof` know, as data: which program, which configurations, what the careless one does. */
import { join } from 'node:path';
import type { ServiceKind } from './services.js';

export type CacheName =
  | 'nginx'
  | 'Nginx Proxy Manager'
  | 'Varnish'
  | 'Squid'
  | 'Traffic Server'
  | 'HAProxy'
  | 'Apache httpd';

/** `good`: what the origin says counts, as it does by default. `careless`: it does not. */
export type CacheConfiguration = 'good' | 'careless';

export interface CacheKind extends ServiceKind {
  readonly name: CacheName;
  readonly binary: string;
  /** In example-app/proxy: a file or a folder for each configuration. */
  readonly templates: Readonly<Record<CacheConfiguration, string>>;
  /** @param path of the filled-in template */
  arguments(path: string, place: Place): readonly string[];
  /** Folder of its modules, where Debian has it. */
  readonly modules?: string;
  /** Default SIGTERM. */
  readonly stopBy?: NodeJS.Signals;
  /** Files outside of its folder that it leaves when it is stopped so. */
  leaves?(port: number): readonly string[];
  readonly careless: Carelessness;
  /** Even well-behaved it shares what Express sends by default (an ETag, no Cache-Control), Set-Cookie included. */
  readonly sharesByDefault: boolean;
}

export interface Carelessness {
  /** What it keeps: every GET, or what ends like a static file. */
  readonly keeps: 'everything' | 'static files';
  /** It replays Set-Cookie. Without this nobody gets another's session. */
  readonly cookies: boolean;
  /** `Vary: Cookie` keeps it from replaying a body, which nothing else does. */
  readonly honoursVary: boolean;
}

export interface Place {
  /** The server's own, empty but for the configuration. */
  readonly folder: string;
  readonly port: number;
}

const ALL: Carelessness = { keeps: 'everything', cookies: true, honoursVary: false };

const NGINX = {
  binary: 'nginx',
  install: 'apt-get install nginx-light',
  arguments: (path: string, { folder }: Place) => {
    return ['-p', folder, '-e', join(folder, 'error.log'), '-c', path, '-g', 'daemon off;'];
  },
} as const;

export const CACHES: readonly CacheKind[] = [
  {
    name: 'nginx',
    ...NGINX,
    templates: { good: 'nginx-good.conf', careless: 'nginx-careless.conf' },
    careless: ALL,
    sharesByDefault: false,
  },
  {
    name: 'Nginx Proxy Manager',
    ...NGINX,
    templates: { good: 'nginx-good.conf', careless: 'nginx-npm-assets.conf' },
    careless: { keeps: 'static files', cookies: true, honoursVary: true },
    sharesByDefault: false,
  },
  {
    name: 'Varnish',
    binary: 'varnishd',
    install: 'apt-get install varnish',
    templates: { good: 'varnish-good.vcl', careless: 'varnish-careless.vcl' },
    arguments: (path, { folder, port }) => {
      return ['-F', '-n', folder, '-a', `127.0.0.1:${port}`, '-T', 'none', '-s', 'malloc,16m', '-f', path];
    },
    careless: ALL,
    sharesByDefault: false,
  },
  {
    name: 'Squid',
    binary: 'squid',
    install: 'apt-get install squid',
    templates: { good: 'squid-good.conf', careless: 'squid-careless.conf' },
    // A name of its own: Squids of the same name would share their memory.
    arguments: (path, { port }) => ['-N', '-n', `swapproof${port}`, '-f', path],
    // It has nothing to save, and otherwise takes two seconds.
    stopBy: 'SIGKILL',
    leaves: (port) => ['metadata', 'queues', 'readers'].map((part) => `/dev/shm/swapproof${port}-cf__${part}.shm`),
    careless: { keeps: 'everything', cookies: false, honoursVary: true },
    sharesByDefault: false,
  },
  {
    name: 'Traffic Server',
    binary: 'traffic_server',
    install: 'apt-get install trafficserver',
    templates: { good: 'trafficserver-good', careless: 'trafficserver-careless' },
    modules: '/usr/lib/trafficserver/modules',
    arguments: (path) => [`--run-root=${join(path, 'runroot.yaml')}`],
    // The same, and a second.
    stopBy: 'SIGKILL',
    careless: ALL,
    sharesByDefault: false,
  },
  {
    name: 'HAProxy',
    binary: 'haproxy',
    install: 'apt-get install haproxy',
    templates: { good: 'haproxy-good.cfg', careless: 'haproxy-careless.cfg' },
    arguments: (path) => ['-db', '-f', path],
    careless: ALL,
    sharesByDefault: true,
  },
  {
    name: 'Apache httpd',
    binary: 'apache2',
    install: 'apt-get install apache2',
    templates: { good: 'apache-good.conf', careless: 'apache-careless.conf' },
    modules: '/usr/lib/apache2/modules',
    arguments: (path) => ['-DFOREGROUND', '-f', path],
    careless: ALL,
    sharesByDefault: true,
  },
];

export function cacheNamed(name: CacheName): CacheKind {
  const kind = CACHES.find((known) => known.name === name);
  if (kind === undefined) throw new Error(`There is no cache called ${name}.`);
  return kind;
}
