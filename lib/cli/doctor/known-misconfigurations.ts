/** Switches and settings that are known for keeping private responses, how to tell each, and what to do about it. */
import type { HeaderLine } from '../../evidence/exchange.js';
import { staticExtensionsOf } from '../../response/static-extensions.js';
import { hidesWhatTheAppSaid } from './cache-headers.js';

export interface Symptoms {
  /** Of those that were asked for: which ones were kept and given to others. */
  readonly keptExtensions: readonly string[];
  readonly otherExtensions: readonly string[];
  /** Private pages under plain paths are kept too. */
  readonly keepsPlain: boolean;
  /** Of a response that was given to somebody else. */
  readonly headers: readonly HeaderLine[];
}

export interface Misconfiguration {
  readonly name: string;
  readonly fix: string;
  readonly fits: (symptoms: Symptoms) => boolean;
}

const KNOWN: readonly Misconfiguration[] = [
  {
    name: 'the switch "Cache Assets" of Nginx Proxy Manager',
    fix:
      'Switch "Cache Assets" off for this proxy host: it keeps files by extension for 30 minutes, whatever the app says, and ' +
      'hides Cache-Control and Vary.',
    fits: (symptoms) => keepsJust('nginxProxyManager', symptoms) && hidesWhatTheAppSaid(symptoms.headers),
  },
  {
    name: 'a Cloudflare rule that ignores the Cache-Control of files',
    fix: 'In Cache Rules, set Edge TTL to "Use cache-control header if present", or limit the rule to /assets/.',
    fits: (symptoms) => keepsJust('cloudflare', symptoms) && says(symptoms, /^cf-cache-status$/i),
  },
  {
    name: 'a Cloudflare rule "Cache everything"',
    fix: 'Limit the rule "Eligible for cache" to /assets/, and let its Edge TTL follow the app.',
    fits: (symptoms) => symptoms.keepsPlain && says(symptoms, /^cf-cache-status$/i),
  },
  {
    name: 'Smart Cache of bunny.net with a cache time of its own',
    fix: 'Set "Cache expiration time" to "Respect origin cache-control".',
    fits: (symptoms) => keepsJust('bunny', symptoms) && says(symptoms, /^cdn-cache$/i),
  },
  {
    name: 'the rule "Static Content" of an Akamai property',
    fix: 'Set its behavior Caching to "Honor origin Cache-Control", or limit the rule to /assets/.',
    fits: (symptoms) => keepsJust('akamai', symptoms) && says(symptoms, /^x-cache$/i, /akamai/i),
  },
  {
    name: 'a CloudFront behavior with a minimum TTL above 0',
    fix: 'Use the managed policy CachingDisabled for everything that is no file, and a minimum TTL of 0.',
    fits: (symptoms) => symptoms.keepsPlain && says(symptoms, /^(?:via|x-cache)$/i, /cloudfront/i),
  },
  {
    name: 'a VCL that takes the cookie away before it looks the page up',
    fix: 'In vcl_recv, return(pass) where a session cookie or Authorization came, and leave beresp.ttl to the app.',
    fits: (symptoms) => symptoms.keepsPlain && says(symptoms, /^x-varnish$/i),
  },
];

/** Null if none of them is alike. */
export function knownMisconfiguration(symptoms: Symptoms): Misconfiguration | null {
  return KNOWN.find(({ fits }) => fits(symptoms)) ?? null;
}

/** In the lists for `css.map` and `js.map` only. */
const HALF = 'map';

/** Every extension of the list that was asked for was kept, and no other. */
function keepsJust(list: keyof typeof staticExtensionsOf, { keptExtensions, otherExtensions, keepsPlain }: Symptoms) {
  const names: readonly string[] = staticExtensionsOf[list];
  const isListed = (extension: string) => names.includes(extension.toLowerCase());
  const isMissed = (extension: string) => isListed(extension) && extension !== HALF;
  return !keepsPlain && keptExtensions.length > 1 && keptExtensions.every(isListed) && !otherExtensions.some(isMissed);
}

function says({ headers }: Symptoms, field: RegExp, content = /./): boolean {
  return headers.some(([name, value]) => field.test(name) && content.test(value));
}
