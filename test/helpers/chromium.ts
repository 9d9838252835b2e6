/** Debian's Chromium, driven by Playwright: one process a suite, a context of its own for each person. */
import type { Browser, Page } from 'playwright-core';
import { passwordOf } from './example.js';
import type { ServiceKind } from './services.js';

export const CHROMIUM: ServiceKind = { name: 'chromium', install: 'apt-get install chromium' };

export async function startChromium(executablePath: string): Promise<Browser> {
  // It takes seconds to load, which a suite that is skipped has no use for.
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath,
    // Playwright switches the back/forward cache off: every test of it would pass.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

/** A browser of somebody's own. */
export async function newPerson(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/** Whose page is shown, by the tag that every page of the example has; '' for nobody's. */
export function ownerShown(page: Page): Promise<string | null> {
  return page.locator('body').getAttribute('data-user');
}

/** By the example's form, as one of its made-up users. */
export async function logInAs(username: string, page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/login`);
  await page.fill('#username', username);
  await page.fill('#password', passwordOf(username));
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.waitForURL(`${origin}/account`);
}
