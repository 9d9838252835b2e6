/**
 * What a browser kept of the first user is never shown to the second: back and forward, prefetch, prerender. The same
 * steps with express-session show that each test can fail.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, logInAs, ownerShown, startChromium } from '../helpers/chromium.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { madeAccounts, type RunningExample, startExample } from '../helpers/example.js';

jest.setTimeout(60_000);

const DIARY = '/diary/2026-11-21';

describeBehind(CHROMIUM, (binary) => {
  let browser: Browser;
  let examples: Record<'guarded' | 'allowing' | 'unguarded', RunningExample>;

  beforeAll(async () => {
    browser = await startChromium(binary);
    const accounts = madeAccounts(2);
    examples = {
      guarded: await startExample({ guarded: true, accounts }),
      allowing: await startExample({ guarded: true, accounts, kit: { speculation: 'allow' } }),
      unguarded: await startExample({ guarded: false, accounts }),
    };
  });
  afterAll(async () => {
    await browser.close();
    for (const example of Object.values(examples)) await example.close();
  });

  async function switchUser(page: Page, example: RunningExample): Promise<void> {
    await page.goto(`${example.origin}/devices`);
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.waitForURL(`${example.origin}/`);
    await logInAs('2', page, example.origin);
  }

  /** Owners of all the pages on the way back to the first one, and forward again. */
  async function ownersOnTheWay(page: Page): Promise<(string | null)[]> {
    const owners = [];
    for (let step = 0; step < 5; step++) {
      await page.goBack({ waitUntil: 'commit' });
      owners.push(await ownerShown(page));
    }
    for (let step = 0; step < 5; step++) {
      await page.goForward({ waitUntil: 'commit' });
      owners.push(await ownerShown(page));
    }
    return owners;
  }

  describe.each([
    ['guarded', false],
    ['unguarded', true],
  ] as const)('going back and forward in the %s example', (which, shows) => {
    it(shows ? 'shows the first user to the second' : 'never shows the first user to the second', async () => {
      const example = examples[which];
      const page = await (await browser.newContext()).newPage();
      await logInAs('1', page, example.origin);
      await page.goto(example.origin + DIARY);
      await page.goto(`${example.origin}/devices`);
      await switchUser(page, example);
      const owners = await ownersOnTheWay(page);
      expect(owners.includes('u_1')).toBe(shows);
      expect(owners).toContain('u_2');
    });
  });

  /** The first user's page speculates on `/account`; in another tab the second one logs in; then it is clicked. */
  async function ownerAfterSpeculation(example: RunningExample, kind: 'prefetch' | 'prerender') {
    const context = await browser.newContext({ bypassCSP: true });
    const first = await context.newPage();
    await logInAs('1', first, example.origin);
    await first.goto(`${example.origin}/devices`);
    const answered = speculation(example);
    await speculate(first, kind);
    const purpose = await answered;
    await switchUser(await context.newPage(), example);
    await first.getByRole('link', { name: 'Account' }).click();
    await first.waitForURL(`${example.origin}/account`);
    const shown = await ownerShown(first);
    await context.close();
    return { purpose, shown };
  }

  async function speculate(page: Page, kind: string): Promise<void> {
    const rules = JSON.stringify({ [kind]: [{ source: 'list', urls: ['/account'], eagerness: 'immediate' }] });
    await page.evaluate(`{
      const script = document.createElement('script');
      script.type = 'speculationrules';
      script.textContent = ${JSON.stringify(rules)};
      document.head.append(script);
    }`);
  }

  /** What the browser says of its purpose, once it was answered. By the server: the browser's tools may miss it. */
  function speculation({ server }: RunningExample): Promise<unknown> {
    return new Promise((resolve) => {
      server.on('request', function look({ headers }: IncomingMessage, res: ServerResponse) {
        const purpose = headers['sec-purpose'];
        if (purpose === undefined) return;
        server.off('request', look);
        res.once('close', () => resolve(purpose));
      });
    });
  }

  describe.each([
    ['prefetch', 'prefetch'],
    ['prerender', 'prefetch;prerender'],
  ] as const)('a page that was %sed as the first user', (kind, purpose) => {
    it('shows the first user to the second in the unguarded example', async () => {
      // A browser is free to drop what it speculated on, and does where memory or time is short.
      let seen = await ownerAfterSpeculation(examples.unguarded, kind);
      for (let more = 2; more > 0 && seen.shown !== 'u_1'; more--) {
        seen = await ownerAfterSpeculation(examples.unguarded, kind);
      }
      expect(seen).toEqual({ purpose, shown: 'u_1' });
    });

    it('shows the second user in the guarded example, which refuses to answer it', async () => {
      expect(await ownerAfterSpeculation(examples.guarded, kind)).toEqual({ purpose, shown: 'u_2' });
    });

    it('shows the second user where it is allowed, since the login clears what was kept', async () => {
      expect(await ownerAfterSpeculation(examples.allowing, kind)).toEqual({ purpose, shown: 'u_2' });
    });
  });
});
