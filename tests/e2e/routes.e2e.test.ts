/** The routes of a page, which have a router of their own there. */
import type { Browser, Page, Route } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createScene, launchBrowser, routeUntilLifted, type Scene } from './scene';

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

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
/** Of the chat, without any model. */
const CHAT = 'Talk to a model that lives on this device';
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

it('follows links by mouse and keyboard, goes back and forward, and keeps no visit twice', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings/`);
  await heading(page, 'Settings').waitFor();
  expect(await page.title()).toBe('Settings · Modelshelf');
  await link(page, 'Chat').focus();
  const visits = await page.evaluate(() => history.length);
  await page.keyboard.press('Enter');
  await heading(page, CHAT).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  await link(page, 'AI Models').click();
  await link(page, 'AI Models').click();
  await heading(page, 'AI Models').waitFor();
  expect(await link(page, 'AI Models').getAttribute('aria-current')).toBe('page');
  expect(await page.evaluate(() => history.length)).toBe(visits + 2);
  await page.goBack();
  await heading(page, CHAT).waitFor();
  await page.goForward();
  await heading(page, 'AI Models').waitFor();
  expect(await page.title()).toBe('AI Models · Modelshelf');
  await context.close();
});

it('leaves other tabs to the browser, and shows an own screen for an unknown address', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/nowhere/at/all`);
  await heading(page, 'This shelf is empty').waitFor();
  const [other] = await Promise.all([
    context.waitForEvent('page'),
    link(page, 'Settings').click({ modifiers: ['Control'] }),
  ]);
  await heading(other, 'Settings').waitFor();
  expect(new URL(page.url()).pathname).toBe('/nowhere/at/all');
  await context.close();
});

it('says on the first visit what it waits for, in the system’s language, until the app is there', async () => {
  const context = await scene.context(browser, { locale: 'ar-EG' });
  const page = await context.newPage();
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  await page.route('**/entry-*.js', async (route) => {
    await given;
    await route.continue();
  });
  await page.goto(`${scene.url}/settings`, { waitUntil: 'commit' });
  const words = page.getByText('تستغرق الزيارة الأولى لحظات');
  await words.waitFor();
  give();
  await heading(page, 'الإعدادات').waitFor();
  expect(await words.count()).toBe(0);
  await context.close();
});

/** A lost connection, and what hosts answer for a file that a newer build has replaced: the page, as a success. */
const ANSWERS = {
  nothing: (route: Route) => route.abort(),
  'a page': (route: Route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
};

it.each([
  ['entry', 'nothing'],
  ['entry', 'a page'],
  ['_layout', 'nothing'],
  ['_layout', 'a page'],
] as const)('says so when the app can’t be loaded: for %s.js comes %s', async (script, answer) => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const lift = await routeUntilLifted(page, `**/${script}-*.js`, ANSWERS[answer]);
  await page.goto(`${scene.url}/settings`);
  await page.getByRole('alert').getByText('The app can’t be loaded.').waitFor();
  lift();
  await page.getByRole('button', { name: 'Reload' }).click();
  await heading(page, 'Settings').waitFor();
  await context.close();
});

it('says so when the code of a screen can’t be loaded, and shows the screen after a reload', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings`);
  await heading(page, 'Settings').waitFor();
  const lift = await routeUntilLifted(page, '**/doctor-*.js', (route) => route.abort());
  await page.getByRole('link', { name: 'Doctor' }).click();
  await heading(page, 'This screen can’t be shown').waitFor();
  lift();
  await page.getByRole('button', { name: 'Reload' }).click();
  await heading(page, 'Doctor').waitFor();
  await context.close();
});
