/** A newer version of a model of the hub, from the question for it to the way back, in a real Chromium. */
import { mkdir } from 'node:fs/promises';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { movedOn } from '../hub/repos';
import {
  ask,
  button,
  card,
  choose,
  createScene,
  launchBrowser,
  openShelf,
  select,
  type Scene,
} from './scene';
import { addTalker, file, MEGABYTE, MODEL, NAME, SENTENCE, talker } from './talker';

const NEWER = 'A second version came beside it and took over.';
const newer = file(buildSpeakingModel({ sentence: NEWER, paddingBytes: 24 * MEGABYTE }));
const repo = talker(NAME);

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ repos: [repo] });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

/** With a folder in UPDATE_PICTURES, pictures of what a person sees are left there. */
const PICTURES: string | undefined = process.env.UPDATE_PICTURES;

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [360, 'dark'],
    [360, 'light'],
    [1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const path = `${PICTURES}/${name}-${String(width)}-${colorScheme}.png`;
    await page.screenshot({ path });
  }
  await page.setViewportSize({ width: 1280, height: 720 });
}

it('U7, K9: a newer version is found, outlives a reload, takes over, and goes back', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await openShelf(page, scene);
  await addTalker(page);
  await select(page, MODEL);

  await button(page, 'Look for updates').click();
  await page.getByText('Nothing is newer than what is here.').waitFor();
  const moved = movedOn(repo, { 'Talker-1M-Q8_0.gguf': newer });
  scene.hub.repos.set(NAME, { ...moved, license: { license: 'mit' } });
  await button(page, 'Look for updates').click();
  await card(page, MODEL)
    .getByText(/^Update: 2\d MB$/)
    .waitFor();
  await card(page, MODEL).scrollIntoViewIfNeeded();
  await picture(page, 'found');

  await choose(page, MODEL, 'Details');
  const details = page.getByRole('dialog', { name: MODEL });
  await details.getByText('The licence changes from apache-2.0 to mit.').waitFor();
  await details.getByText('Versions').scrollIntoViewIfNeeded();
  await picture(page, 'details');
  await page.keyboard.press('Escape');

  // The connection falls silent in the middle, and the person loads the page anew.
  scene.hub.faults.push({ origin: 'cdn', skip: 1, fault: { stallAfter: 8 * MEGABYTE } });
  await choose(page, MODEL, 'Update');
  await card(page, MODEL).getByText('The newer version comes beside this one').waitFor();
  await card(page, MODEL).getByRole('progressbar').waitFor();
  await picture(page, 'coming');
  await page.reload();
  await card(page, MODEL).getByText('SELECTED', { exact: true }).waitFor();
  await ask(page, scene, SENTENCE);
  scene.hub.release();
  await openShelf(page, scene);
  await card(page, MODEL)
    .getByText(/^Update: 2\d MB$/)
    .waitFor();
  await choose(page, MODEL, 'Update');
  await page.getByText(`${MODEL} is updated`).waitFor();
  await card(page, MODEL).getByText('SELECTED', { exact: true }).waitFor();
  await ask(page, scene, NEWER);

  await openShelf(page, scene);
  const asked = scene.hub.log.length;
  await choose(page, MODEL, 'Go back a version');
  await page.getByText(`${MODEL} is back at the version before`).waitFor();
  await card(page, MODEL).getByText('Held at this version, because you went back to it').waitFor();
  await card(page, MODEL).scrollIntoViewIfNeeded();
  await picture(page, 'back');
  expect(scene.hub.log.length, 'going back asks the hub nothing').toBe(asked);
  await ask(page, scene, SENTENCE);
  await context.close();
});
