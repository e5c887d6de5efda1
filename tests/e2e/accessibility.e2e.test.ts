import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { violations, violationsInThemes } from './axe';
import {
  DEMO_SENTENCE,
  ask,
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  select,
  untilPercent,
  type Scene,
  choose,
} from './scene';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 2_000_000 });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

it('no screen, state or dialog has a fault that axe-core knows, in either theme', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const check = async (where: string) => {
    expect(await violationsInThemes(page), where).toEqual([]);
  };
  await page.goto(scene.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await check('chat without a model');
  await page.goto(`${scene.url}/settings`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await check('settings');
  await page.goto(`${scene.url}/settings/benchmarks`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await check('benchmarks without a model');
  await page.goto(`${scene.url}/nowhere`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await check('a page that isn’t there');

  await page.goto(`${scene.url}/settings/models/add`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await check('the box for a new model');
  await button(page, 'Show what is popular').click();
  await page.getByRole('button', { name: /^local-small-GGUF by local / }).click();
  await page.getByRole('dialog').getByText('Architecture', { exact: true }).waitFor();
  await check('an opened repository with what the header of a build states');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await check('found repositories');

  await openShelf(page, scene);
  await check('models');
  await button(card(page, 'Local Large'), 'Download').click();
  await untilPercent(page, 'Local Large', 3);
  await check('a download');
  await button(card(page, 'Local Large'), 'Pause').click();
  await button(card(page, 'Local Large'), 'Resume').waitFor();
  await check('a pause');
  scene.hub.faults.push({ origin: 'cdn', times: 1, fault: { status: 200, body: 'html' } });
  await button(card(page, 'Local Large'), 'Resume').click();
  await card(page, 'Local Large').getByText('This is not a model').waitFor();
  await check('a failure');
  await install(page, 'Tiny demo');
  await choose(page, 'Tiny demo', 'Details');
  await page.getByRole('dialog').waitFor();
  await check('details');
  await page.keyboard.press('Escape');
  await choose(page, 'Tiny demo', 'Remove');
  await page.getByRole('dialog').waitFor();
  await check('removal');
  await page.keyboard.press('Escape');
  await select(page, 'Tiny demo');
  await card(page, 'Tiny demo')
    .getByText(/^Works here/)
    .waitFor();
  await card(page, 'Tiny demo').getByText('In memory, ready to answer').waitFor();
  await check('a selected model');
  await choose(page, 'Tiny demo', 'Settings');
  await button(page.getByRole('dialog'), 'Advanced').click();
  await page.getByRole('dialog').getByLabel('Temperature').fill('9');
  await button(page.getByRole('dialog'), 'Save').click();
  await check('the settings of a model');
  await page.keyboard.press('Escape');
  await choose(page, 'Tiny demo', 'Benchmark');
  await page.getByRole('heading', { name: /^Measuring/ }).waitFor();
  await check('a benchmark');
  await page.getByRole('heading', { name: 'Compared' }).waitFor();
  await page.getByRole('button', { name: /kept on this device$/ }).click();
  await check('benchmarks');
  await button(page, 'Remove all measurements of Tiny demo').click();
  await page.getByRole('dialog').waitFor();
  await check('removal of measurements');
  await page.keyboard.press('Escape');
  await ask(page, scene, DEMO_SENTENCE);
  await check('chat');
  await context.close();
});

describe('on a page with a measured model', () => {
  let page: Page;
  beforeAll(async () => {
    const context = await scene.context(browser);
    page = await context.newPage();
    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await choose(page, 'Tiny demo', 'Benchmark');
    await page.getByRole('heading', { name: 'Compared' }).waitFor();
  });
  afterAll(() => page.context().close());

  it.each([
    '/',
    '/settings',
    '/settings/models',
    '/settings/models/add',
    '/settings/benchmarks',
    '/settings/storage',
  ])('nothing of %s is wider than a phone, a tablet or a screen', async (path) => {
    await page.goto(scene.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (path === '/settings/models') await card(page, 'Tiny demo').waitFor();
    if (path === '/settings/benchmarks') {
      await page.getByRole('button', { name: /kept on this device$/ }).click();
    }
    for (const width of [1440, 900, 600, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const { overflow, shown } = await measureWidth(page);
      expect(shown).toBe(width);
      expect(overflow, `at ${String(width)} px`).toBe(0);
      expect(await beyondTheEdge(page), `at ${String(width)} px`).toEqual([]);
    }
  });
});

/** In CSS pixels, once the page has drawn itself in its new size. */
function measureWidth(page: Page): Promise<{ shown: number; overflow: number }> {
  return page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    const { scrollWidth, clientWidth } = document.documentElement;
    return { shown: innerWidth, overflow: scrollWidth - clientWidth };
  });
}

/** What can be pressed but isn't wholly on the page: a screen that scrolls downwards hides what is too wide. */
function beyondTheEdge(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[role=button], [role=link], a, input, textarea')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < 0 || right > document.documentElement.clientWidth;
      })
      .map((element) => element.getAttribute('aria-label') ?? element.textContent),
  );
}

describe('the keyboard', () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
  const tabTo = async (page: Page, name: string) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await focused(page)) === name) return;
    }
    throw new Error(`80 presses of Tab didn’t reach ${name}`);
  };

  const MORE = 'More actions for Tiny demo';
  const untilFocused = (page: Page, name: string) =>
    vi.waitFor(
      async () => {
        expect(await focused(page)).toContain(name);
      },
      { timeout: 15_000 },
    );
  /** The menu may take the focus to its first item once more while its model still changes. */
  const pressUntil = (page: Page, key: string, name: string) =>
    vi.waitFor(
      async () => {
        await page.keyboard.press(key);
        // An item itself: the text of the whole menu contains the name, too.
        expect(await page.locator('[role=menuitem]:focus').allInnerTexts()).toEqual([name]);
      },
      { timeout: 15_000 },
    );
  /** Of the menu whose button has the focus. */
  const chooseLast = async (page: Page) => {
    await page.keyboard.press('Enter');
    await untilFocused(page, 'Details');
    await pressUntil(page, 'End', 'Remove');
    await page.keyboard.press('Enter');
  };

  it('skips the bar, first of all', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) failed.push(response.url());
    });
    await openShelf(page, scene);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('main');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Add a model');
    expect(failed).toEqual([]);
    await context.close();
  });

  it('goes through a menu by its arrows, and leaves it by Escape and Tab to its button', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await tabTo(page, MORE);
    for (const key of ['Escape', 'Tab']) {
      await page.keyboard.press('Enter');
      await untilFocused(page, 'Details');
      await pressUntil(page, 'ArrowDown', 'About GGUF files');
      await pressUntil(page, 'ArrowDown', 'Details');
      await pressUntil(page, 'End', 'About GGUF files');
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press(key);
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await untilFocused(page, MORE);
    }
    await context.close();
  });

  it('leaves a menu by Escape also when its model has changed meanwhile', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await button(card(page, 'Tiny demo'), MORE).click();
    await untilFocused(page, 'Details');
    await card(page, 'Tiny demo').getByText('In memory, ready to answer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await untilFocused(page, MORE);
    await context.close();
  });

  it('reaches everything, and a dialog gives the focus back', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await page.reload();
    // A card that changes meanwhile gives its menu the focus once more.
    await card(page, 'Tiny demo').getByText('In memory, ready to answer').waitFor();

    await tabTo(page, MORE);
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return `${style.outlineStyle} ${style.outlineWidth} ${style.boxShadow}`;
    });
    expect(outline).not.toBe('none 0px none');

    await chooseLast(page);
    await page.getByRole('dialog', { name: 'Remove Tiny demo?' }).waitFor();
    for (let presses = 0; presses < 6; presses += 1) {
      await page.keyboard.press('Tab');
      const isInside = await page.evaluate(
        () => document.activeElement?.closest('[role=dialog]') !== null,
      );
      expect(isInside, `after ${String(presses + 1)} presses of Tab`).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused(page)).toBe(MORE);

    await chooseLast(page);
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Remove');
    await page.keyboard.press('Enter');
    await button(card(page, 'Tiny demo'), 'Download').waitFor();
    await page
      .getByRole('status')
      .getByText(/Tiny demo/)
      .waitFor();
    await context.close();
  });

  it('looks at a file of a plain server, goes round in its dialog, and comes back to the box', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await page.goto(`${scene.url}/settings/models/add`);
    const box = page.getByLabel('Words, a name or an address');
    await box.waitFor();
    // The page's own server is one: what it serves is at no hub.
    await page.keyboard.type(`${scene.url}/${scene.engineFolder}/bundled/tiny-demo.gguf`);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await button(dialog, 'Add and download').waitFor();
    expect(await violations(page)).toEqual([]);
    const round: string[] = [];
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      round.push(await focused(page));
    }
    const order = ['Close', 'Add to the shelf', 'Add and download'];
    const [first = ''] = round;
    const begin = order.indexOf(first);
    expect(round).toEqual(round.map((_, index) => order[(begin + index) % order.length]));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Words, a name or an address');
    await context.close();
  });
});
