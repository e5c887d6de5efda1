import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violations } from './axe';
import { button, card, createScene, launchBrowser, openShelf, scrollTo, type Scene } from './scene';

const NAME = 'Local Small';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 300_000 });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const inBar = (page: Page) => page.getByRole('banner').getByRole('progressbar');

describe.each([
  [360, 'light'],
  [1280, 'dark'],
] as const)('a download at %i px', (width, colorScheme) => {
  it('is seen in the bar of every screen and in the title of the window', async () => {
    const viewport = { width, height: 740 };
    const context = await scene.context(browser, { colorScheme, viewport });
    const page = await context.newPage();
    await openShelf(page, scene);
    await scrollTo(page, NAME);
    const heightBefore = (await page.getByRole('banner').boundingBox())?.height;
    await button(card(page, NAME), 'Download').click();
    await page.waitForFunction((name) => document.title.endsWith(`% · ${name} – Modelshelf`), NAME);
    for (const path of ['Settings', 'Chat']) {
      // The screen before stays until the code of the next one is there.
      const heading = page.getByRole('main').getByRole('heading', { level: 1 }).first();
      const before = await heading.innerText();
      await page.getByRole('banner').getByRole('link', { name: path, exact: true }).click();
      await expect.poll(() => heading.innerText()).not.toBe(before);
      await inBar(page).waitFor();
      await expect.poll(() => page.title()).toMatch(new RegExp(`^\\d+% · ${NAME} – Modelshelf$`));
      expect(await violations(page)).toEqual([]);
    }
    expect(await inBar(page).getAttribute('aria-label')).toBe(`Downloading ${NAME}`);
    expect((await page.getByRole('banner').boundingBox())?.height).toBe(heightBefore);
    await page.getByRole('banner').getByRole('link', { name: 'AI Models' }).click();
    await button(card(page, NAME), 'Pause').click();
    await inBar(page).waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.title === 'AI Models · Modelshelf');
    await context.close();
  });
});

interface Told {
  told: { title: string; body: string | undefined }[];
  isHidden: boolean;
}

/** Notes what the page tells the system, and hides the page for what asks about that. */
async function watchNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const noted = Object.assign(window as unknown as Told, { told: [], isHidden: false } as Told);
    Object.defineProperty(document, 'hidden', { get: () => noted.isHidden });
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        noted.told.push({ title, body: options?.body });
      }
    };
  });
}

const told = (page: Page) => page.evaluate(() => (window as unknown as Told).told);

async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as unknown as Told).isHidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

const SWITCH = { name: 'Notify when a download ends' };

it('tells of the end of a download behind other windows, once a person has allowed it', async () => {
  const context = await scene.context(browser, { permissions: ['notifications'] });
  const page = await context.newPage();
  await watchNotifications(page);
  await page.goto(`${scene.url}/settings`);
  const notify = page.getByRole('switch', SWITCH);
  await notify.waitFor();
  expect(await notify.isChecked()).toBe(false);
  await notify.click();
  await expect.poll(() => notify.isChecked()).toBe(true);
  await page.getByRole('banner').getByRole('link', { name: 'AI Models' }).click();
  await scrollTo(page, NAME);
  await button(card(page, NAME), 'Download').click();
  await inBar(page).waitFor();
  await hide(page);
  await expect
    .poll(() => told(page), { timeout: 60_000 })
    .toEqual([{ title: 'Modelshelf', body: `${NAME} is installed` }]);
  await context.close();
});

it('says so where the browser refuses notifications', async () => {
  // Chromium without a window refuses what nobody granted.
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings`);
  const notify = page.getByRole('switch', SWITCH);
  await notify.click();
  await page.getByText('The browser does not allow notifications of this page.').waitFor();
  expect(await notify.isChecked()).toBe(false);
  await context.close();
});
