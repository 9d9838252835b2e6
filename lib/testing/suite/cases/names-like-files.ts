/** Web cache deception: a personal page that is answered under a name which caches take for a file's, and keep. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Sighting } from '../../../evidence/marks.js';
import { behindCaches, type Front, isReplayed } from '../../edge/fronts.js';
import { getting, isPersonal, type Target, targetsOf } from '../../edge/targets.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

/** What is put behind the page's own path. The name in it is new for each run. */
const SUFFIXES = [
  '/#.css',
  '.css',
  ';#.css',
  '%2F#.js',
  '%3B#.css',
  '%00.css',
  '%3F#.png',
  '%23#.css',
  '%0A#.css',
  '/..%2F#.css',
];
const LIKE_A_FILE = /\.[A-Za-z0-9]{1,5}$/;

export const namesLikeFiles: SuiteCase = {
  title: 'personal pages under names that caches take for files',
  mechanisms: ['M15'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const pages = (await targetsOf(world, ada)).filter(isPage);
    return behindCaches(world, async (fronts) => {
      const front = fronts.find(({ profile }) => profile.rules.paths === 'static') as Front;
      const leaks: Leak[] = [];
      for (const { path } of pages) leaks.push(...(await leaksBelow(world, front, path, [ada, bob])));
      return leaks.length === 0 ? [] : [findingOf(world, front, leaks)];
    });
  },
};

interface Leak {
  readonly page: string;
  readonly of: Exchange;
  readonly to: Exchange;
  readonly sighting: Sighting;
}

function isPage({ personal, path, plain }: Target): boolean {
  return personal && plain.answer?.status === 200 && !path.includes('?') && !LIKE_A_FILE.test(path);
}

/** @param ada follows a link that somebody sent her; bob, and a stranger, ask for the same link afterwards */
async function leaksBelow(world: World, front: Front, page: string, [ada, bob]: [Person, Person]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const suffix of SUFFIXES) {
    const base = page === '/' && suffix.startsWith('/') ? '' : page;
    const link = getting(`${base}${suffix.replace('#', world.random.word(6))}`);
    const of = await front.ask(ada, link);
    if (!isPersonal(world, of)) continue;
    for (const receiver of [world.nobody(), bob]) {
      const to = await front.ask(receiver, link);
      const sighting = world.foreign(to).find(({ owner }) => owner === of.asker);
      if (sighting !== undefined && isReplayed(to)) leaks.push({ page, of, to, sighting });
    }
  }
  return leaks;
}

function findingOf(world: World, { profile }: Front, leaks: readonly Leak[]): NewFinding {
  const [{ of, to, sighting, page }] = leaks as [Leak, ...Leak[]];
  const names = [...new Set(leaks.map((leak) => leak.to.question.path))];
  const detail =
    `The app answers ${to.question.path} with the page ${page}, whatever stands behind it. Whoever gets a user to open such a link ` +
    `finds that user's page under it afterwards, in a cache that ${profile.title} (${profile.incident}). ` +
    `Cache-Control does not help there; that there is no such page would. Names that were answered so: ${names.join(', ')}.`;
  return swapFinding(world, { mechanism: 'M15', of, to, sighting, detail });
}
