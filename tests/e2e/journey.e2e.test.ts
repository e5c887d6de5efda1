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
    expect(await button(card(page, 'Tiny demo'), 'Remove').isDisabled()).toBe(true);
    await ask(page, scene, DEMO_SENTENCE);
    expect([...scene.origins], 'asked before a model of the hub was').toEqual([scene.url]);

    await openShelf(page, scene);
    await install(page, 'Local Small');
    await select(page, 'Local Small');
    await ask(page, scene, SENTENCES['local-small'] ?? '');

    await openShelf(page, scene);
    await button(card(page, 'Tiny demo'), 'Remove').click();
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
    await button(coming, 'Details').click();
    await page.getByRole('dialog').getByText('GLM-4 License').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });
});

it('says how long a cold start takes until a model can be downloaded', async () => {
  const times: number[] = [];
  let scriptBytes = 0;
  for (let run = 0; run < 5; run += 1) {
    const context = await scene.context(browser);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const scripts = new Set<string>();
    scriptBytes = 0;
    session.on('Network.responseReceived', ({ type, requestId, response }) => {
      const isScript = type === 'Script' || response.mimeType.endsWith('javascript');
      if (isScript) scripts.add(requestId);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) scriptBytes += encodedDataLength;
    });
    await page.goto(`${scene.url}/settings/models`, { waitUntil: 'commit' });
    await button(card(page, 'Qwen 3 0.6B'), 'Download').waitFor();
    times.push(await page.evaluate(() => performance.now()));
    await context.close();
  }
  const median = times.toSorted((a, b) => a - b)[2] ?? Infinity;
  process.stdout.write(
    `cold start to usable list: median ${median.toFixed(0)} ms of ${String(times.length)}, ` +
      `${(scriptBytes / 1000).toFixed(0)} kB of JavaScript transferred\n`,
  );
  // The goal is two seconds on an idle machine, and the line above says what it was; a busy
  // machine must not fail for that, only a start that has gone wrong.
  expect(median).toBeLessThan(6000);
  expect(scriptBytes).toBeLessThan(600_000);
});
