/** guard({ bind, insecureReportOnly }) in front of express-session: the same bytes, and what it tells is what enforcing does. */
import type { GuardOptions } from '../../../lib/guard-options.js';
import { type BoundApp, type BoundSetting, postLogin, SID, startBound } from '../../helpers/bound-app.js';
import type { KitBrowser } from '../../helpers/kit-browser.js';
import type { Answer } from '../../helpers/send.js';

type Step = (browser: KitBrowser) => Promise<Answer>;

const JOURNEY: Readonly<Record<string, Step>> = {
  login: (browser) => postLogin(browser, 'alice'),
  'a renewal by GET': (browser) => browser.get('/views'),
  'a renewal by POST': (browser) => browser.post('/views'),
  'a login by GET': (browser) => browser.get('/magic'),
  logout: (browser) => browser.post('/logout'),
  'the end of the session': (browser) => browser.post('/destroy'),
  nobody: (browser) => browser.get('/me'),
};

const SETTINGS: Readonly<Record<string, BoundSetting>> = {
  'rolling sessions': { session: { rolling: true } },
  'sessions with a lifetime': { session: { rolling: true, cookie: { maxAge: 1_800_000 } } },
  'sessions that nobody needs': { session: { saveUninitialized: true }, bind: { onLoginByGet: 'refuse' } },
};

/** Ids that are no secret, so that two apps answer alike. */
function startAlike(setting: BoundSetting, guard: GuardOptions | null): Promise<BoundApp> {
  let made = 0;
  const session = { ...setting.session, genid: () => `id-${made++}` };
  return startBound({ ...setting, session, ...(guard === null ? { bind: null } : { guard }) });
}

/** Without the time, and the port, which is in addresses and in the name of the tag. */
function comparable({ raw }: Answer, { port }: BoundApp): string {
  return raw
    .replaceAll(String(port), 'PORT')
    .replace(/^Date\n.*$/m, 'Date')
    .replace(/Expires=[^;]+/g, 'Expires=then');
}

const namesOf = ({ setCookies }: Answer, { port }: BoundApp) =>
  setCookies.map((line) => (line.split('=', 1)[0] ?? '').replaceAll(String(port), 'PORT')).sort();

const listed = (text: unknown) =>
  String(text)
    .replace(/^(?:no )?Set-Cookie:? ?/, '')
    .split(', ')
    .filter(Boolean);

describe.each(Object.entries(SETTINGS))('%s', (_, setting) => {
  it('pass a rehearsal as if it was not there, which tells whose cookies would leave', async () => {
    const [bare, rehearsed, enforced] = [
      await startAlike(setting, null),
      await startAlike(setting, { insecureReportOnly: true }),
      await startAlike(setting, {}),
    ];
    const browsers = [bare, rehearsed, enforced].map((app) => app.browser()) as [KitBrowser, KitBrowser, KitBrowser];
    for (const [name, step] of Object.entries(JOURNEY)) {
      // Each step is taken from the same place: what enforcing did is not to follow into the next, as its tags would.
      browsers[2].jar.store(`${enforced.ownerName}=; Max-Age=0; Path=/`, '/');
      const cookie = browsers[0].jar.get(SID);
      for (const browser of browsers.slice(1))
        if (cookie !== undefined) browser.jar.store(`${SID}=${cookie}; Path=/`, '/');
      rehearsed.events.splice(0);
      const [before, told, after] = [await step(browsers[0]), await step(browsers[1]), await step(browsers[2])];
      expect([name, comparable(told, rehearsed)]).toEqual([name, comparable(before, bare)]);
      const expected = namesOf(before, bare).filter(
        (cookieName) => !detailsOf(rehearsed, 'would.cookie.drop', 'now').includes(cookieName),
      );
      const leaving = [...new Set([...expected, ...detailsOf(rehearsed, 'would.cookie.set', 'enforced')])].sort();
      expect([name, namesOf(after, enforced)]).toEqual([name, leaving]);
    }
  });
});

function detailsOf({ events, port }: BoundApp, code: string, key: string): string[] {
  return events
    .filter((event) => event.code === code)
    .flatMap(({ detail }) => listed(detail[key]))
    .map((name) => name.replaceAll(String(port), 'PORT'));
}

it('says that a lifetime would be longer', async () => {
  const app = await startAlike(SETTINGS['sessions with a lifetime'] ?? {}, { insecureReportOnly: true });
  await postLogin(app.browser(), 'alice');
  expect(app.detailsOf('would.cookie.set')).toMatchObject([
    { rule: 'session cookie', now: `Set-Cookie: ${SID}`, enforced: `Set-Cookie: ${SID}, ${app.ownerName}` },
  ]);
});
