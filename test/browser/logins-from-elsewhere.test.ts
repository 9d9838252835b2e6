/** Logins that come from another site, in a real browser, under helmet's own defaults and with strict cookies. */
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, logInAs, newPerson, ownerShown, startChromium } from '../helpers/chromium.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { madeAccounts, passwordOf, type RunningExample, startExample } from '../helpers/example.js';
import { type OtherSite, startOtherSite } from '../helpers/other-site.js';

jest.setTimeout(60_000);

describeBehind(CHROMIUM, (binary) => {
  let browser: Browser;
  let example: RunningExample;
  let evil: OtherSite;

  beforeAll(async () => {
    browser = await startChromium(binary);
    const kit = { sameSite: 'strict' } as const;
    example = await startExample({ guarded: true, accounts: madeAccounts(2), withProvider: true, kit, helmet: {} });
    evil = await startOtherSite();
  });
  afterAll(async () => {
    await browser.close();
    await example.close();
    await evil.close();
  });

  const person = () => newPerson(browser);
  const at = (path: string) => example.origin + path;

  async function askForLink(page: Page, email: string): Promise<string> {
    await page.goto(at('/login'));
    await page.fill('#email', email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByText('a link is on its way').waitFor();
    return example.links.at(-1) ?? '';
  }

  it('comes back from Example ID to the page that was asked for, logged in, with the cart', async () => {
    const page = await person();
    await page.goto(at('/shop'));
    await page.getByRole('button', { name: 'Add one' }).first().click();
    await page.goto(at('/diary/2026-11-21'));
    await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await page.getByRole('button', { name: 'Continue as User 1' }).click();
    await page.waitForURL(at('/diary/2026-11-21'));
    expect(await ownerShown(page)).toBe('u_1');
    expect(await page.getByRole('status').textContent()).toBe('Welcome, User 1. Example ID says hello.');
    await page.goto(at('/shop'));
    expect(await page.getByText('1 in your cart').count()).toBe(1);
  });

  it('comes from a mail to a page with a button, and from there in', async () => {
    const page = await person();
    const link = await askForLink(page, '1@example.com');
    await page.goto(evil.page(`<a href="${link.replaceAll('&', '&amp;')}">read mail</a>`));
    await page.getByRole('link').click();
    expect(await page.context().cookies(example.origin)).not.toContainEqual(
      expect.objectContaining({ name: /session/ }),
    );
    await page.getByRole('button').click();
    await page.waitForURL(at('/account'));
    expect(await ownerShown(page)).toBe('u_1');
  });

  it("spends nothing on a scanner's GET, however often, with scripts and without", async () => {
    const page = await person();
    const link = await askForLink(page, '2@example.com');
    for (const javaScriptEnabled of [true, false]) {
      const scanner = await browser.newContext({ javaScriptEnabled });
      const opened = await scanner.newPage();
      await opened.goto(link);
      await opened.goto(link);
      expect((await scanner.cookies()).filter(({ name }) => name.includes('session'))).toEqual([]);
      await scanner.close();
    }
    await page.goto(link);
    await page.getByRole('button').click();
    await page.waitForURL(at('/account'));
    expect(await ownerShown(page)).toBe('u_2');
  });

  it('tells another browser whose link it opened, before it logs anybody in', async () => {
    const link = await askForLink(await person(), '1@example.com');
    const other = await person();
    await other.goto(link);
    await other.getByRole('button').click();
    await other.getByText('This link was asked for in another browser').waitFor();
    expect(await other.locator('strong').first().textContent()).toBe('1@example.com');
    await other.goto(at('/account'));
    await other.waitForURL(/\/login\?/);
    await other.goto(link);
    await other.getByRole('button').click();
    await other.getByRole('button', { name: 'Log in as User 1' }).click();
    await other.waitForURL(at('/account'));
    expect(await ownerShown(other)).toBe('u_1');
  });

  it("logs nobody in by a link to the callback with the attacker's own code", async () => {
    const attacker = await person();
    await attacker.goto(at('/login'));
    await attacker.getByRole('link', { name: 'Sign in with Example ID' }).click();
    const asked = attacker.waitForRequest('**/login/example-id/callback?**');
    await attacker.route('**/login/example-id/callback?**', (route) => route.abort());
    await attacker.getByRole('button', { name: 'Continue as User 2' }).click();
    const callback = (await asked).url();
    const victim = await person();
    await victim.goto(evil.page(`<a href="${callback.replaceAll('&', '&amp;')}">kittens</a>`));
    await victim.getByRole('link').click();
    await victim.getByText('This login was not begun here').waitFor();
    await victim.goto(at('/account'));
    await victim.waitForURL(/\/login\?/);
  });

  it.each([
    ['logout', '/logout', ''],
    ['the cart', '/shop/add', '<input name="item" value="Blue ink">'],
    ['a login', '/login', `<input name="username" value="2"><input name="password" value="${passwordOf('2')}">`],
  ])('lets no form of another site post to %s', async (_what, path, inputs) => {
    const page = await person();
    await logInAs('1', page, example.origin);
    await page.goto(evil.page(`<form method="post" action="${at(path)}">${inputs}<button>win</button></form>`));
    const answered = page.waitForResponse((response) => response.url() === at(path));
    await page.getByRole('button').click();
    expect((await answered).status()).toBe(403);
    await page.goto(at('/account'));
    expect(await ownerShown(page)).toBe('u_1');
    await page.goto(at('/shop'));
    expect(await page.getByText('in your cart').count()).toBe(0);
  });

  it.each(['/login/example-id', '/login/link?token=x', '/login'])(
    'is not shown in a frame of another site: %s',
    async (path) => {
      const page = await person();
      await page.goto(evil.page(`<iframe src="${at(path)}"></iframe>`));
      await page.waitForLoadState('networkidle');
      const framed = page.frames().filter((frame) => frame !== page.mainFrame());
      const shown = await Promise.all(
        framed.map((frame) =>
          frame
            .locator('form')
            .count()
            .catch(() => 0),
        ),
      );
      expect(shown.filter((forms) => forms > 0)).toEqual([]);
    },
  );
});
