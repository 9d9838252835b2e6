/** The HTML report in a browser, from a file: it shows what it should, and nothing in it runs or loads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { htmlReport } from '../../lib/cli/output/html.js';
import type { Report } from '../../lib/evidence/report.js';
import { CHROMIUM, newPerson, startChromium } from '../helpers/chromium.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { HOSTILE } from '../helpers/hostile.js';
import { sampleFinding, sampleReport } from '../helpers/sample-report.js';

jest.setTimeout(60_000);

describeBehind(CHROMIUM, (binary) => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-page-'));

  beforeAll(async () => {
    browser = await startChromium(binary);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** The page, and what it did beside being shown. */
  async function opened(report: Report): Promise<{ page: Page; happened: string[] }> {
    const file = join(folder, 'report.html');
    writeFileSync(file, htmlReport(report));
    const page = await newPerson(browser);
    const happened: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('request', (request) => void (request.url() === url || happened.push(`asked for ${request.url()}`)));
    page.on('dialog', (dialog) => void happened.push(`opened ${dialog.message()}`));
    page.on('console', (message) => void happened.push(`said ${message.text()}`));
    page.on('pageerror', (error) => void happened.push(`threw ${error.message}`));
    await page.goto(url);
    return { page, happened };
  }

  it('shows the verdict, the finding, a lane for each user and the arrow', async () => {
    const { page, happened } = await opened(sampleReport());
    expect(await page.locator('h1').innerText()).toBe('Swapped: bob received the page of ada');
    expect(await page.locator('article h3').allInnerTexts()).toEqual(['1. bob received the page of ada (M11)']);
    expect(await page.locator('svg .who').allTextContents()).toEqual(['ada', 'bob']);
    expect(await page.locator('svg .arrow').count()).toBe(1);
    const [from, to] = await Promise.all(
      ['ada', 'bob'].map((who) => page.locator('svg .who', { hasText: who }).boundingBox()),
    );
    expect(from?.x).toBeLessThan(to?.x ?? 0);
    expect(happened).toEqual([]);
  });

  it('lets nothing run or load, whatever is in it', async () => {
    const findings = HOSTILE.map((hostile) =>
      sampleFinding({ title: hostile, owner: hostile, receiver: hostile, detail: hostile, at: hostile }, hostile),
    );
    const { page, happened } = await opened(sampleReport({ findings, people: [...HOSTILE] }));
    expect(await page.locator('article').count()).toBe(HOSTILE.length);
    expect(await page.locator('script, iframe, img, link, object, a').count()).toBe(0);
    expect(happened).toEqual([]);
  });

  it('fits a narrow window: only the lanes scroll sideways', async () => {
    const { page } = await opened(sampleReport());
    await page.setViewportSize({ width: 360, height: 700 });
    const widths = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');
    expect(widths).toEqual([360, 360]);
  });
});
