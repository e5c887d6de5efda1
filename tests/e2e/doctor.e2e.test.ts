import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violations } from './axe';
import { button, createScene, launchBrowser, type Scene } from './scene';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const line = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) });

async function examined(page: Page): Promise<void> {
  await page
    .getByText(/^(Everything is fine|Nothing is broken|\d+ things? (is|are) broken)/)
    .waitFor();
}

describe.each(['light', 'dark'] as const)('the doctor in the %s theme', (colorScheme) => {
  it('is reached from the settings, and has no fault that axe-core knows', async () => {
    const viewport =
      colorScheme === 'light' ? { width: 1280, height: 900 } : { width: 360, height: 740 };
    const context = await scene.context(browser, { colorScheme, viewport });
    const page = await context.newPage();
    await page.goto(`${scene.url}/settings`);
    await page.getByRole('link', { name: 'Doctor' }).click();
    await page.getByRole('heading', { level: 1, name: 'Doctor' }).waitFor();
    await examined(page);
    await line(page, 'Isolation of the page').getByText('Good', { exact: true }).waitFor();
    await line(page, 'The hub').getByText('Good', { exact: true }).waitFor();
    await line(page, 'Clock').getByText('Good', { exact: true }).waitFor();
    await line(page, 'Database').getByText('Good', { exact: true }).waitFor();
    await line(page, 'Graphics processor').getByText('Limited', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});

it('copies a report that names no place', async () => {
  const context = await scene.context(browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings/doctor`);
  await examined(page);
  await button(page, 'Copy the report').click();
  await page.getByText('Copied', { exact: true }).waitFor();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^Modelshelf\n✓ Isolation of the page: Good\./);
  expect(report).not.toMatch(/localhost|127\.0\.0\.1|https?:|\d+\.\d+\.\d+/);
  await context.close();
});

it('works without a connection, and says what is missing', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings/doctor`);
  await examined(page);
  await context.setOffline(true);
  await button(page, 'Examine again').click();
  await line(page, 'The hub').getByText('Limited', { exact: true }).waitFor();
  await page.getByText('This device has no network. The models on it work without one.').waitFor();
  await context.close();
});

/** As in some private windows; a script for the page and for its workers. */
const REFUSES_STORAGE = `StorageManager.prototype.getDirectory = () =>
  Promise.reject(new DOMException('switched off', 'SecurityError'));`;

it('examines a browser in which the app can’t start', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.addInitScript(REFUSES_STORAGE);
  await page.route('**/workers-*/*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${REFUSES_STORAGE}\n${await response.text()}` });
  });
  await page.goto(scene.url);
  await button(page, 'Examine this device').click();
  await examined(page);
  await line(page, 'Space for models').getByText('Broken', { exact: true }).waitFor();
  await page.getByText('The place for the models can’t be opened or written to.').waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});
