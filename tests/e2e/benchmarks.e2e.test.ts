import { readFile } from 'node:fs/promises';

import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  type Scene,
  select,
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

async function shelf(options?: BrowserContextOptions): Promise<Page> {
  const context = await scene.context(browser, options);
  const page = await context.newPage();
  await openShelf(page, scene);
  return page;
}

/** Installs a model and waits until it has said its few words. */
async function installTested(page: Page, name: string): Promise<void> {
  await install(page, name);
  await card(page, name)
    .getByText(/^Works here · [\d.,]+ tokens\/s$/)
    .waitFor();
}

const bars = (page: Page) => page.getByRole('list', { name: 'Writing' }).getByRole('listitem');
const measuring = (page: Page) => page.getByRole('heading', { name: /^Measuring / });

async function untilMeasured(page: Page, count: number): Promise<void> {
  await bars(page)
    .nth(count - 1)
    .waitFor({ timeout: 60_000 });
  await measuring(page).waitFor({ state: 'detached' });
}

/** What a press on an export link saves. */
async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

describe('benchmarks', () => {
  it('of two models are two bars, are there after a reload, and can be exported and removed', async () => {
    const page = await shelf();
    await installTested(page, 'Tiny demo');
    await installTested(page, 'Local Small');
    await choose(page, 'Tiny demo', 'Benchmark');
    await measuring(page).waitFor();
    await button(page, 'Benchmark all').click();
    await untilMeasured(page, 2);
    const numbers = (await bars(page).allInnerTexts()).sort();
    expect(numbers).toHaveLength(2);
    expect(numbers[0]).toMatch(/^Local Small\s+[\d.,]+ tokens\/s$/);
    expect(numbers[1]).toMatch(/^Tiny demo\s+[\d.,]+ tokens\/s$/);
    await page
      .getByText(/^1,\d+ read, 1\d written$/)
      .first()
      .waitFor();

    await page.reload();
    await bars(page).nth(1).waitFor();
    expect((await bars(page).allInnerTexts()).sort()).toEqual(numbers);

    const rows = JSON.parse(await saved(page, 'Export JSON')) as Record<string, unknown>[];
    expect(rows.map(({ model, kind }) => `${String(model)} ${String(kind)}`).sort()).toEqual([
      'Local Small full',
      'Local Small smoke',
      'Tiny demo full',
      'Tiny demo smoke',
    ]);
    for (const row of rows) expect(row).toMatchObject({ engine: 'wllama', contextTokens: 2048 });
    const lines = (await saved(page, 'Export CSV')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^modelId,model,kind,measuredAt,/);

    await button(page, '4 kept on this device').click();
    await button(page, 'Remove all measurements of Tiny demo').click();
    await button(page.getByRole('dialog'), 'Remove').click();
    await button(page, '2 kept on this device').waitFor();
    expect(await bars(page).count()).toBe(1);
    await page.context().close();
  });

  it('end when asked to, and when somebody wants to chat', async () => {
    const page = await shelf();
    // The code of the chat is loaded before, so that it asks for the engine at once.
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('link', { name: 'AI Models', exact: true }).first().click();
    await card(page, 'Tiny demo').waitFor();
    await installTested(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await choose(page, 'Tiny demo', 'Benchmark');
    await measuring(page).waitFor();
    await button(page, 'Cancel').click();
    await measuring(page).waitFor({ state: 'detached' });
    await page.getByText('Not measured yet').waitFor();

    await button(page, 'Benchmark Tiny demo').click();
    await measuring(page).waitFor();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await page
      .getByRole('status')
      .getByText(/^Tiny demo was not measured to the end/)
      .waitFor();
    await page.context().close();
  });
});

describe('a model that was just installed', () => {
  it('is not tried where the person switched that off, and is after it was switched on', async () => {
    const page = await shelf();
    await page.goto(`${scene.url}/settings`);
    const toggle = page.getByRole('switch', { name: 'Try each model after its install' });
    await toggle.focus();
    await page.keyboard.press('Space');
    await expectChecked(page, false);
    await page.reload();
    await expectChecked(page, false);

    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await page.goto(`${scene.url}/settings`);
    await toggle.focus();
    await page.keyboard.press('Space');
    await expectChecked(page, true);
    await page.getByRole('link', { name: 'AI Models', exact: true }).click();
    await installTested(page, 'Local Small');
    expect(
      await card(page, 'Tiny demo')
        .getByText(/Works here/)
        .count(),
    ).toBe(0);
    await page.context().close();
  });
});

async function expectChecked(page: Page, checked: boolean): Promise<void> {
  await page
    .getByRole('switch', { name: 'Try each model after its install', checked })
    .waitFor({ state: 'attached' });
}

describe('memory', () => {
  it('is shown, given back and taken ahead of time', async () => {
    const page = await shelf();
    await installTested(page, 'Tiny demo');
    await card(page, 'Tiny demo').getByText('In memory, ready to answer').waitFor();
    await button(page, 'Unload Tiny demo').click();
    await page.getByRole('heading', { name: 'In memory now' }).waitFor({ state: 'detached' });
    await choose(page, 'Tiny demo', 'Keep ready');
    await button(page, 'Unload Tiny demo').waitFor();
    await page
      .getByRole('listitem')
      .getByText(/^1\d\d MB$/)
      .waitFor();
    await page.context().close();
  });

  it('of a small device makes the shelf ask before what is too large', async () => {
    const context = await scene.context(browser);
    await context.addInitScript(() => {
      Object.defineProperty(navigator, 'deviceMemory', { value: 0.5 });
    });
    const page = await context.newPage();
    await openShelf(page, scene);
    const large = card(page, 'Qwen 3 0.6B');
    await large.getByText(/^Probably too large for this device: needs about 1\.\d GB/).waitFor();
    await card(page, 'Local Large')
      .getByText(/^Fits: needs about/)
      .waitFor();
    await button(large, 'Download').click();
    const dialog = page.getByRole('dialog', { name: 'Download Qwen 3 0.6B?' });
    await dialog.getByText(/most likely not load here/).waitFor();
    await button(dialog, 'Don’t download').click();
    await dialog.waitFor({ state: 'detached' });
    await button(large, 'Download').waitFor();
    await context.close();
  });
});

describe('the settings of a model', () => {
  it('are checked, kept over a reload, and go back to what is recommended', async () => {
    const page = await shelf();
    await installTested(page, 'Tiny demo');
    const open = async () => {
      await choose(page, 'Tiny demo', 'Settings');
      const dialog = page.getByRole('dialog', { name: 'Settings of Tiny demo' });
      await button(dialog, 'Advanced').click();
      return dialog;
    };
    let dialog = await open();
    await dialog.getByLabel('Temperature').fill('9');
    await button(dialog, 'Save').click();
    await dialog.getByText('This has to be a number from 0 to 2.').waitFor();
    await dialog.getByLabel('Temperature').fill('0,2');
    await dialog.getByLabel('Instructions for every chat').fill('Be short.');
    await dialog.getByLabel('Context length, in tokens').fill('1024');
    await button(dialog, 'Save').click();
    await dialog.waitFor({ state: 'detached' });

    await page.reload();
    await card(page, 'Tiny demo').waitFor();
    dialog = await open();
    expect(await dialog.getByLabel('Temperature').inputValue()).toBe('0.2');
    expect(await dialog.getByLabel('Instructions for every chat').inputValue()).toBe('Be short.');
    expect(await dialog.getByLabel('Context length, in tokens').inputValue()).toBe('1024');
    await button(dialog, 'Recommended').click();
    await button(dialog, 'Save').click();
    await dialog.waitFor({ state: 'detached' });
    dialog = await open();
    expect(await dialog.getByLabel('Temperature').inputValue()).toBe('0.7');
    expect(await dialog.getByLabel('Context length, in tokens').inputValue()).toBe('2048');
    await page.context().close();
  });
});
