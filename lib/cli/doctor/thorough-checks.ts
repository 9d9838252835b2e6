/** What `--thorough` asks beyond the quick checks: as data, what is met more often first. */
import { staticExtensions } from '../../response/static-extensions.js';
import {
  type Check,
  check,
  extensionCheck,
  fileCheck,
  HTML,
  people,
  QUICK_EXTENSIONS,
  VISITORS,
  type Ways,
} from './checks.js';

export interface Surroundings {
  /** What stands before the path of the probe. */
  readonly prefix: string;
  /** First segments of the paths of the page's files: `static`. */
  readonly folders: readonly string[];
  /** Of the host; asked one by one if there are several. */
  readonly addresses: readonly string[];
  readonly secure: boolean;
}

const MANY_NODES = 12;
/** Two users, and two without a session. */
const BOTH = [...people(2), ...VISITORS];
const MOST_FOLDERS = 5;
const MOST_ADDRESSES = 8;
const USUAL_FOLDERS = ['static', 'assets'];
/** Of the probe itself: `.well-known`, its name, and the id. */
const OWN_DEPTH = 3;

/** Files that caches keep by their names. */
const FILE_NAMES = [
  ...['robots.txt', 'favicon.ico', 'index.html', 'sitemap.xml', 'manifest.json', 'site.webmanifest', 'sw.js'],
  ...['service-worker.js', 'ads.txt', 'humans.txt', 'apple-touch-icon.png', 'crossdomain.xml'],
];
/** At which a cache or the app may take the path to end. */
const DELIMITERS = [';', '%3b', '%00', '%0a', '%23', '%3f', '%5c'];
/** Beside those that caches keep by default: pages and data. */
const FURTHER_EXTENSIONS = ['html', 'json', 'xml', 'CSS'];

export function thoroughChecks(ways: Ways, around: Surroundings): Check[] {
  const made = (changes: Parameters<typeof check>[1]) => check(ways, changes);
  return [
    ...manyNodes(ways),
    made({ group: 'range', variant: 'Range', headers: [['Range', 'bytes=0-2047']], asks: VISITORS }),
    made({
      group: '304',
      variant: "the other's page",
      asks: [{ by: 0 }, { by: 1, revalidates: true }],
      mechanism: 'M13',
    }),
    made({
      group: '304',
      variant: 'a confirmation that was kept',
      asks: [{ by: 0 }, { by: 0, revalidates: true }, { by: 1 }],
      mechanism: 'M13',
    }),
    ...(around.secure ? [made({ group: 'HTTP/2', variant: 'HTTP/2', http2: true, asks: BOTH })] : []),
    ...addressesOf(around).map((address) => made({ group: 'address', variant: address, address, asks: BOTH })),
    ...folderChecks(ways, around),
    ...FILE_NAMES.map((name) => fileCheck(ways, { group: 'file name', variant: name, after: `/${name}` })),
    ...DELIMITERS.map((delimiter) =>
      fileCheck(ways, { group: 'delimiter', variant: delimiter, after: `${delimiter}x.css` }),
    ),
    ...[...FURTHER_EXTENSIONS, ...staticExtensions]
      .filter((extension) => !QUICK_EXTENSIONS.includes(extension))
      .map((extension) => extensionCheck(ways, extension)),
  ];
}

/** Twelve users in a row meet twice at one of up to eight nodes. */
function manyNodes(ways: Ways): Check[] {
  const asks = people(MANY_NODES);
  const [header = 'authorization'] = ways.headers;
  return [
    check(ways, { group: 'many nodes', variant: 'JSON', asks }),
    check(ways, { group: 'many nodes', variant: 'HTML', asks, headers: [HTML] }),
    check(ways, { group: 'many nodes', variant: '.css', asks, after: '.css', mechanism: 'M15' }),
    check(ways, { group: 'many nodes', variant: header, asks, way: { in: 'header', name: header } }),
  ];
}

/** The cache looks at the raw path and sees a folder of files; or it resolves the path, and the app does not. */
function folderChecks(ways: Ways, { folders, prefix }: Surroundings): Check[] {
  const depth = prefix.split('/').filter((segment) => segment !== '').length + OWN_DEPTH;
  const names = [...new Set([...folders, ...USUAL_FOLDERS])].slice(0, MOST_FOLDERS);
  return names.flatMap((name) => [
    fileCheck(ways, { group: 'static folder', variant: `/${name}/..%2f`, before: `/${name}/..%2f` }),
    fileCheck(ways, {
      group: 'static folder',
      variant: `..%2f${name}/`,
      after: `/${'..%2f'.repeat(depth)}${name}/{id}`,
    }),
  ]);
}

function addressesOf({ addresses }: Surroundings): readonly string[] {
  return addresses.length > 1 ? addresses.slice(0, MOST_ADDRESSES) : [];
}
