import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createPromptApiStandIn,
  type StandInControl,
  type StandInOptions,
} from '../promptApiStandIn';
import { violations } from './axe';
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

const OWN = 'Browser model';
const SENTENCE = 'I am what this browser brings along.';

let scene: Scene;
let browser: Browser;
beforeAll(async () => {
  scene = await createScene();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

/** A narrow phone's width, in a browser whose own model is the stand-in; what became of that outlives each page. */
async function open(availability: StandInOptions['availability']): Promise<BrowserContext> {
  const context = await scene.context(browser, { viewport: { width: 360, height: 800 } });
  const options: StandInOptions = { availability, answer: SENTENCE, storageKey: 'stand-in' };
  await context.addInitScript({
    content: `{
      const { api, control } = (${createPromptApiStandIn.toString()})(${JSON.stringify(options)});
      Object.defineProperty(globalThis, 'LanguageModel', { value: api, configurable: true });
      Object.assign(globalThis, { standIn: control });
    }`,
  });
  return context;
}

type PageWithStandIn = typeof globalThis & { standIn: StandInControl };

async function progress(page: Page, loaded: number): Promise<void> {
  await page.evaluate((part) => (globalThis as PageWithStandIn).standIn.progress(part), loaded);
}

describe('the browser’s own model', () => {
  it('is got with one press, selected, answers, and stays after a reload', async () => {
    const context = await open('downloadable');
    const page = await context.newPage();
    await openShelf(page, scene);
    const own = card(page, OWN);
    await button(own, 'Get it').click();
    await own.getByText('Waiting for the browser').waitFor();
    await progress(page, 0.42);
    await own.getByText('The browser is downloading it · 42%').waitFor();
    expect(await own.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('42');
    // A fraction is all that a browser tells.
    expect(await own.innerText()).not.toMatch(/\d [kMG]?B of/);
    await progress(page, 1);
    await own.getByText('Kept by the browser · 0 B here').waitFor();
    // The short trial after each install.
    await own.getByText('Works here').waitFor();
    for (const name of ['Remove', 'Repair', 'Download'])
      expect(await button(own, name).count(), name).toBe(0);

    await select(page, OWN);
    await ask(page, scene, SENTENCE);
    await page.getByText('Answered by the browser').waitFor();
    await page.getByRole('button', { name: /^Copy the answer/ }).waitFor();
    // The list waits for what is still being written, which a new page would cut off.
    await button(page, 'Chats').click();
    await page.getByRole('button', { name: /^Who are you/ }).click();
    await page.reload();
    await page.getByRole('log').getByText(SENTENCE).waitFor();
    await openShelf(page, scene);
    await own.getByText('SELECTED', { exact: true }).waitFor();
    await context.close();
  });

  it('offers no check and no removal in its details, and only settings that it heeds', async () => {
    const context = await open('available');
    const page = await context.newPage();
    await openShelf(page, scene);
    expect(await violations(page)).toEqual([]);
    await choose(page, OWN, 'Details');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('this app can’t check or remove anything').waitFor();
    expect(await button(dialog, 'Check files').count()).toBe(0);
    expect(await dialog.getByRole('link').count()).toBe(0);
    await page.keyboard.press('Escape');
    await choose(page, OWN, 'Settings');
    await button(dialog, 'Advanced').click();
    await dialog.getByLabel('Longest answer, in tokens').waitFor();
    for (const label of ['Temperature', 'Choice of words (top-p)', 'Context length, in tokens'])
      expect(await dialog.getByLabel(label).count(), label).toBe(0);
    await context.close();
  });

  it('that the browser can’t have says so where all models are shown, and is offered nowhere', async () => {
    const context = await open('unavailable');
    const page = await context.newPage();
    await openShelf(page, scene);
    expect(await card(page, OWN).count()).toBe(0);
    await page.getByRole('button', { name: /^All/ }).click();
    await card(page, OWN).getByText('This browser says that it can’t run its own model').waitFor();
    expect(await button(card(page, OWN), 'Get it').count()).toBe(0);
    await context.close();
  });

  it('that the browser has lost is selected no longer, and can be got again', async () => {
    const context = await open('available');
    const page = await context.newPage();
    await openShelf(page, scene);
    await select(page, OWN);
    await page.evaluate(() => localStorage.setItem('stand-in', 'downloadable'));
    await page.reload();
    await button(card(page, OWN), 'Get it').waitFor();
    expect(await page.getByText('SELECTED', { exact: true }).count()).toBe(0);
    await context.close();
  });
});

it('isn’t listed where the browser has no such thing', async () => {
  const context = await scene.context(browser);
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'LanguageModel'));
  const page = await context.newPage();
  await openShelf(page, scene);
  await page.getByRole('button', { name: /^All/ }).click();
  await card(page, 'Tiny demo').waitFor();
  expect(await card(page, OWN).count()).toBe(0);
  await context.close();
});
