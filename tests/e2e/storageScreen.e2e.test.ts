/** The screen of the storage: what takes the space, Undo of removals, and a plan for more room. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { violationsInThemes } from './axe';
import {
  button,
  card,
  choose,
  createScene,
  install,
  launchBrowser,
  openShelf,
  select,
  type Scene,
} from './scene';

const DEMO = 'Tiny demo';
const SMALL = 'Local Small';

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

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, level: 2, exact: true });

async function openStorage(page: Page): Promise<void> {
  await page.goto(`${scene.url}/settings/storage`);
  await page.getByRole('heading', { name: 'Storage', level: 1 }).waitFor();
}

/** The paths below the models folder in OPFS, with their sizes. */
function stored(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const found: Record<string, number> = {};
    const collect = async (folder: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        const path = `${prefix}${name}`;
        if (handle.kind === 'directory') await collect(handle, `${path}/`);
        else found[path] = (await handle.getFile()).size;
      }
    };
    const root = await navigator.storage.getDirectory();
    await collect(await root.getDirectoryHandle('models', { create: true }), '');
    return found;
  });
}

const keptPaths = async (page: Page) =>
  Object.keys(await stored(page)).filter((path) => path.startsWith('.removed/'));

async function withModels(): Promise<Page> {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await openShelf(page, scene);
  await install(page, DEMO);
  await select(page, DEMO);
  await install(page, SMALL);
  return page;
}

/** Of files that the hub has sent. */
const sentFiles = () => scene.hub.log.filter(({ file }) => file !== undefined).length;

it('is led to from the settings, and says that nothing is stored', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings`);
  await page.getByRole('link', { name: /^Storage/ }).click();
  await page.getByText('Nothing is stored yet').waitFor();
  await heading(page, 'This app').waitFor();
  expect(await button(page, 'Show the plan').count()).toBe(0);
  await context.close();
});

it('brings a removed model back from the notice and, after a reload, from its list', async () => {
  const page = await withModels();
  const before = await stored(page);
  const sent = sentFiles();
  await choose(page, SMALL, 'Remove');
  await page
    .getByRole('dialog')
    .getByText(/For a day you can take it back/)
    .waitFor();
  await button(page.getByRole('dialog'), 'Remove').click();
  await button(page.getByRole('status'), `Undo: bring ${SMALL} back`).click();
  await button(card(page, SMALL), 'Select').waitFor();
  expect(await stored(page)).toEqual(before);

  await choose(page, SMALL, 'Remove');
  await button(page.getByRole('dialog'), 'Remove').click();
  await button(card(page, SMALL), 'Download').waitFor();
  await openStorage(page);
  await heading(page, 'Recently removed').waitFor();
  await page.reload();
  await button(page, `Bring ${SMALL} back`).click();
  await heading(page, 'Recently removed').waitFor({ state: 'detached' });
  expect(await stored(page)).toEqual(before);
  expect(sentFiles()).toBe(sent);
  await openShelf(page, scene);
  await button(card(page, SMALL), 'Select').waitFor();
  await page.context().close();
});

it('deletes what is kept, and files that nobody knows, after a question', async () => {
  const page = await withModels();
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle('models');
    const box = await models.getDirectoryHandle('box', { create: true });
    const file = await box.getFileHandle('notes.txt', { create: true });
    const writer = await file.createWritable();
    await writer.write('x'.repeat(2_000));
    await writer.close();
  });
  await openStorage(page);
  await button(page, `Remove ${SMALL}`).click();
  await button(page.getByRole('dialog'), 'Remove').click();
  await button(page, `Delete ${SMALL}`).click();
  await button(page.getByRole('dialog'), 'Delete').click();
  await heading(page, 'Recently removed').waitFor({ state: 'detached' });
  expect(await keptPaths(page)).toEqual([]);
  await button(page, 'Delete box').click();
  await page
    .getByRole('dialog')
    .getByText(/deletes 2\.0 kB in box for good/)
    .waitFor();
  await button(page.getByRole('dialog'), 'Keep').click();
  expect(Object.keys(await stored(page))).toContain('box/notes.txt');
  await button(page, 'Delete box').click();
  await button(page.getByRole('dialog'), 'Delete').click();
  await heading(page, 'Files that this app doesn’t know').waitFor({ state: 'detached' });
  expect(Object.keys(await stored(page))).not.toContain('box/notes.txt');
  await page.context().close();
});

it('plans more room without the selected model, takes it back, and frees the bytes when it is left', async () => {
  const page = await withModels();
  const before = await stored(page);
  await openStorage(page);
  await button(page, 'Show the plan').click();
  const dialog = page.getByRole('dialog');
  const choice = dialog.getByRole('checkbox');
  await choice.waitFor();
  expect(await choice.getAttribute('aria-checked')).toBe('true');
  expect(await choice.getAttribute('aria-label')).toMatch(/^Local Small, .*A model that you/);
  await page.keyboard.press('Tab');
  await choice.focus();
  await page.keyboard.press('Space');
  expect(await choice.getAttribute('aria-checked')).toBe('false');
  await dialog.getByText(/Chosen: 0 B of 2\.0 GB/).waitFor();
  expect(await button(dialog, 'Free 0 B').isDisabled()).toBe(true);
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: /^Free / }).click();
  await page.getByText(/1 model was removed/).waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await button(page, `Remove ${SMALL}`).waitFor();
  expect(await stored(page)).toEqual(before);

  await button(page, 'Show the plan').click();
  await dialog.getByRole('button', { name: /^Free / }).click();
  await page.getByText(/1 model was removed/).waitFor();
  expect(await keptPaths(page)).not.toEqual([]);
  await page.getByRole('link', { name: 'AI Models', exact: true }).click();
  await button(card(page, SMALL), 'Download').waitFor();
  await expect.poll(() => keptPaths(page)).toEqual([]);
  await page.context().close();
});

it('has no fault that axe-core knows, in either theme', async () => {
  const page = await withModels();
  await openStorage(page);
  await button(page, `Remove ${SMALL}`).click();
  await button(page.getByRole('dialog'), 'Remove').click();
  await button(page, `Bring ${SMALL} back`).waitFor();
  expect(await violationsInThemes(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 800 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await button(page, 'Show the plan').click();
  await page.getByRole('dialog').getByRole('checkbox').first().waitFor();
  expect(await violationsInThemes(page)).toEqual([]);
  await page.context().close();
});
