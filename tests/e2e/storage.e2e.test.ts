/** A browser that takes the storage away, refuses it, or loses the tab. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startKillable } from './killable';
import {
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  routeUntilLifted,
  scrollTo,
  untilInstalled,
  untilPercent,
  type Scene,
} from './scene';

const DEMO = 'Tiny demo';
const MEDIUM = 'Local Medium';

/** A model of the catalog and one of the registry are there to be read about, and nothing can be done with them. */
async function readClosedShelf(page: Page): Promise<void> {
  for (const name of [DEMO, MEDIUM]) {
    await scrollTo(page, name);
    const shown = await card(page, name).innerText();
    expect(shown).toContain('Can’t be used here: the app has no place for its files.');
    expect(await card(page, name).getByRole('button').allInnerTexts()).toEqual(['Details']);
  }
  await button(page, `Details of ${MEDIUM}`).click();
  const details = page.getByRole('dialog', { name: MEDIUM });
  await details.getByText('SHA-256').waitFor();
  await button(details, 'Close').click();
  expect(await page.getByRole('button', { name: /download/i }).count()).toBe(0);
}

describe('a browser', () => {
  let browser: Browser;
  let scene: Scene;
  beforeAll(async () => {
    browser = await launchBrowser();
    scene = await createScene({ bytesPerSecond: 1_500_000 });
  });
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  const clearSiteData = async (page: Page) => {
    const session = await page.context().newCDPSession(page);
    const { origin } = new URL(scene.url);
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  };

  it('that evicted everything shows the shelf without the models, and takes them again', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, DEMO);
    await page.goto('about:blank');
    await clearSiteData(page);
    await openShelf(page, scene);
    await button(card(page, DEMO), 'Download').waitFor();
    await install(page, DEMO);
    await context.close();
  });

  it('whose site data a person removes in the middle of a visit says what failed, and works after a reload', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, DEMO);
    await clearSiteData(page);
    await page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.reload();
    await card(page, DEMO).waitFor();
    await install(page, DEMO);
    await context.close();
  });

  it('whose tab crashes goes on with the download in the next tab', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 10);
    const crashed = page.waitForEvent('crash');
    page.goto('chrome://crash').catch(() => undefined);
    await crashed;
    const next = await context.newPage();
    await openShelf(next, scene);
    // Nobody paused it.
    await untilInstalled(next, MEDIUM);
    await context.close();
  });

  it('that can’t load the part that shares the database begins no other one beside it', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, DEMO);
    const script = '**/workers-*/sqlite.js';
    const lift = await routeUntilLifted(context, script, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const body = text.replaceAll('sqlite3-opfs-async-proxy.js', 'no-such-file.js');
      expect(body).not.toBe(text);
      await route.fulfill({ response, body });
    });
    await page.reload();
    await page.getByText(/no-such-file\.js can’t be loaded/).waitFor();
    lift();
    await page.reload();
    await untilInstalled(page, DEMO);
    await context.close();
  });

  it('that is set to keep no data of sites says so, and lists the models without a way to download them', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-no-storage-'));
    await mkdir(join(profile, 'Default'));
    const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(blocked));
    const { browser: refusing, kill } = await startKillable(profile);
    onTestFinished(kill);
    const [context] = refusing.contexts();
    if (!context) throw new Error('Chromium has no profile.');
    const page = await context.newPage();
    await page.goto(`${scene.url}/settings/models`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    const said = await alert.innerText();
    process.stdout.write(`storage switched off: ${said.replace(/\n+/g, ' | ')}\n`);
    expect(said).toContain('site data that is switched off');
    await readClosedShelf(page);
    await kill();
    await rm(profile, { recursive: true });
  });
});
