/** Two tabs of one browser share their cookies, and nothing that one of them does puts the other into a wrong account. */
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, logInAs, newPerson, ownerShown, startChromium } from '../helpers/chromium.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { madeAccounts, type RunningExample, startExample } from '../helpers/example.js';

jest.setTimeout(60_000);

describeBehind(CHROMIUM, (binary) => {
  let browser: Browser;
  let example: RunningExample;

  beforeAll(async () => {
    browser = await startChromium(binary);
    example = await startExample({ guarded: true, accounts: madeAccounts(3), withProvider: true });
  });
  afterAll(async () => {
    await browser.close();
    await example.close();
  });

  const at = (path: string) => example.origin + path;

  async function twoTabs(): Promise<readonly [Page, Page]> {
    const first = await newPerson(browser);
    return [first, await first.context().newPage()];
  }

  async function beginAtExampleId(page: Page, returnTo: string): Promise<void> {
    await page.goto(at(`/login?return_to=${returnTo}`));
    await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await page.getByText('Who are you?').waitFor();
  }

  it('keep a login that was begun first, though another one was begun after it', async () => {
    const [one, two] = await twoTabs();
    await beginAtExampleId(one, '/devices');
    await beginAtExampleId(two, '/shop');
    await one.getByRole('button', { name: 'Continue as User 1' }).click();
    await one.waitForURL(at('/devices'));
    expect(await ownerShown(one)).toBe('u_1');
  });

  it('do not finish a login as somebody else on top of one that is done', async () => {
    const [one, two] = await twoTabs();
    await beginAtExampleId(one, '/account');
    await beginAtExampleId(two, '/account');
    await one.getByRole('button', { name: 'Continue as User 1' }).click();
    await one.waitForURL(at('/account'));
    await two.getByRole('button', { name: 'Continue as User 2' }).click();
    await two.getByText('This login was not begun here').waitFor();
    for (const tab of [one, two]) {
      await tab.goto(at('/account'));
      expect(await ownerShown(tab)).toBe('u_1');
    }
  });

  it('show the new user in both, and say a message once', async () => {
    const [one, two] = await twoTabs();
    await logInAs('1', one, example.origin);
    await two.goto(at('/account'));
    expect(await ownerShown(two)).toBe('u_1');
    await two.getByRole('button', { name: 'Log out', exact: true }).click();
    await two.waitForURL(at('/'));
    await logInAs('3', two, example.origin);
    expect(await two.getByRole('status').textContent()).toBe('Welcome back, User 3.');
    await one.reload();
    expect(await ownerShown(one)).toBe('u_3');
    expect(await one.getByRole('status').count()).toBe(0);
  });

  it('end together: a click in the other tab leads to the login page, and back from there', async () => {
    const [one, two] = await twoTabs();
    await logInAs('2', one, example.origin);
    await one.goto(at('/devices'));
    await two.goto(at('/account'));
    await two.getByRole('button', { name: 'Log out', exact: true }).click();
    await two.waitForURL(at('/'));
    await one.getByRole('link', { name: 'Account' }).click();
    await one.waitForURL(at('/login?return_to=%2Faccount'));
    expect(await ownerShown(one)).toBe('');
  });
});
