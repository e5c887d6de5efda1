import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  DEMO_SENTENCE,
  SENTENCES,
  ask,
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  select,
  type Scene,
  choose,
} from './scene';

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

async function openPage(): Promise<{ page: Page; errors: string[] }> {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return { page, errors };
}

describe('without a network', () => {
  it('brings the demo from the app to an answer, keeps it over a reload, switches and removes', async () => {
    const { page, errors } = await openPage();
    scene.origins.clear();

    await page.goto(scene.url);
    await page.getByRole('link', { name: 'AI Models', exact: true }).click();
    await card(page, 'Tiny demo').waitFor();
    await install(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await ask(page, scene, DEMO_SENTENCE);
    await page.getByText(/tokens\/s/).waitFor();

    await page.reload();
    await openShelf(page, scene);
    await card(page, 'Tiny demo').getByText('SELECTED', { exact: true }).waitFor();
    await choose(page, 'Tiny demo', 'Remove');
    await page
      .getByRole('dialog')
      .getByText(/It is the selected model/)
      .waitFor();
    await button(page.getByRole('dialog'), 'Keep').click();
    await ask(page, scene, DEMO_SENTENCE);
    expect([...scene.origins], 'asked before a model of the hub was').toEqual([scene.url]);

    await openShelf(page, scene);
    await install(page, 'Local Small');
    await select(page, 'Local Small');
    await ask(page, scene, SENTENCES['local-small'] ?? '');

    await openShelf(page, scene);
    await choose(page, 'Tiny demo', 'Remove');
    const dialog = page.getByRole('dialog', { name: 'Remove Tiny demo?' });
    await dialog.getByText(/frees 5[78] kB/).waitFor();
    await button(dialog, 'Remove').click();
    await button(card(page, 'Tiny demo'), 'Download').waitFor();
    await page
      .getByRole('status')
      .getByText(/Tiny demo/)
      .waitFor();

    await page.reload();
    await card(page, 'Local Small').getByText('SELECTED', { exact: true }).waitFor();
    await button(card(page, 'Tiny demo'), 'Download').waitFor();
    expect([...scene.origins].sort()).toEqual(
      [scene.url, scene.hub.endpoint, scene.hub.cdnOrigin].sort(),
    );
    // Chromium reports each address that answers 404 by itself; nothing of ours may.
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('stops an answer when asked to, and answers again', async () => {
    const { page } = await openPage();
    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await ask(page, scene, DEMO_SENTENCE);
    await page.getByRole('textbox').fill('Again, please');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText(DEMO_SENTENCE).nth(1).waitFor();
    await page.context().close();
  });

  it('says of each model that doesn’t run here why', async () => {
    const { page } = await openPage();
    await openShelf(page, scene);
    await page.getByRole('button', { name: /^All ?\d/ }).click();
    const coming = card(page, 'GLM-4 9B Chat');
    await coming.getByText(/Coming soon: .+/).waitFor();
    expect(await button(coming, 'Download').count()).toBe(0);
    await choose(page, 'GLM-4 9B Chat', 'Details');
    await page.getByRole('dialog').getByText('GLM-4 License').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });
});
