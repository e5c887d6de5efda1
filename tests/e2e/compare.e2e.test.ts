import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsInThemes } from './axe';
import { log, openChatWith } from './conversation';
import { DEMO_SENTENCE, button, createScene, launchBrowser } from './scene';
import type { Scene } from './scene';
import { chatSpeakers } from './speakers';

const OTHER = 'Second Voice';
const OTHER_SENTENCE = 'The tide follows a moon.';
const TALKER = 'Endless Talker';
const speakers = chatSpeakers([
  { modelId: 'second', displayName: OTHER, sentence: OTHER_SENTENCE },
  {
    ...{ modelId: 'talker', displayName: TALKER, loop: true },
    sentence: 'Round it goes, never ending;',
    bytesPerToken: 48 * 1024 * 1024,
  },
]);

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({
    repos: speakers.repos,
    catalog: (catalog) => speakers.extend(catalog),
  });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

async function openComparison(page: Page): Promise<void> {
  await button(page, 'Compare').click();
  await page.getByRole('heading', { level: 1, name: 'Compare two models' }).waitFor();
}

const side = (page: Page, name: string) => page.getByRole('article', { name });

async function placeOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('it isn’t shown');
  return { left: box.x, top: box.y, bottom: box.y + box.height };
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

describe('a comparison of two models', () => {
  it('shows both answers side by side, with speed and memory, and keeps them when asked to', async () => {
    const { context, page } = await openChatWith({ browser, scene }, OTHER, 'Tiny demo');
    await openComparison(page);
    await ask(page, 'Who are you?');
    const [demo, other] = [side(page, 'Tiny demo'), side(page, OTHER)];
    await demo.getByText(DEMO_SENTENCE).waitFor();
    await other.getByText(OTHER_SENTENCE).waitFor();
    for (const each of [demo, other]) {
      await each.getByText(/^\d[\d.,]* tokens\/s$/).waitFor();
      await each
        .getByText(/^\d[\d.,]* m?s$/)
        .first()
        .waitFor();
      await each.getByText(/^\d[\d.,]* [kMG]B$/).waitFor();
    }
    const places = async () => [await placeOf(demo), await placeOf(other)] as const;
    const [left, right] = await places();
    expect(right.top).toBe(left.top);
    expect(right.left).toBeGreaterThan(left.left);
    await page.setViewportSize({ width: 360, height: 800 });
    await expect.poll(async () => (await placeOf(other)).left).toBe((await placeOf(demo)).left);
    const [upper, lower] = await places();
    expect(lower.top).toBeGreaterThanOrEqual(upper.bottom);
    expect(await demo.evaluate((box) => box.scrollHeight - box.clientHeight)).toBeLessThan(3);

    // The chat has none of it.
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await page.getByRole('heading', { name: 'Ask Tiny demo anything' }).waitFor();
    await button(page, 'Chats').click();
    await page.getByText('No chats yet').waitFor();
    await page.goBack();
    // On a narrow screen the way to it is in the empty chat.
    await page.getByRole('link', { name: 'Ask two models at once' }).click();
    await button(page, 'Keep as chats').click();
    await page.getByText('Both are kept').waitFor();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await button(page, 'Chats').click();
    await page.getByText('2 chats', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Who are you\?\s*Second Voice/ }).click();
    await log(page).getByText(OTHER_SENTENCE).waitFor();
    await context.close();
  });

  it('can be stopped, which the second model isn’t asked after', async () => {
    const { context, page } = await openChatWith({ browser, scene }, 'Tiny demo', TALKER);
    await openComparison(page);
    await ask(page, 'Talk to me');
    await side(page, TALKER)
      .getByText(/^Round it goes/)
      .waitFor();
    await side(page, 'Tiny demo').getByText('Waits for its turn').waitFor();
    await button(page, 'Stop').click();
    await side(page, TALKER).getByText('Stopped').waitFor();
    await side(page, 'Tiny demo').getByText('Stopped').waitFor();
    expect(await side(page, TALKER).textContent()).toContain('Round it goes');
    expect(await page.getByText(DEMO_SENTENCE).count()).toBe(0);
    await context.close();
  });

  it('needs two models, and says so', async () => {
    const { context, page } = await openChatWith({ browser, scene }, 'Tiny demo');
    await openComparison(page);
    await page.getByText('two models have to be on this device').waitFor();
    await page.getByRole('link', { name: 'Choose a model' }).waitFor();
    await context.close();
  });

  it('has no fault that axe-core knows, in either theme', async () => {
    const { context, page } = await openChatWith({ browser, scene }, OTHER, 'Tiny demo');
    await openComparison(page);
    expect(await violationsInThemes(page)).toEqual([]);
    await ask(page, 'Who are you?');
    await side(page, OTHER).getByText(OTHER_SENTENCE).waitFor();
    await button(page, 'Keep as chats').waitFor();
    expect(await violationsInThemes(page), 'answers').toEqual([]);
    await context.close();
  });
});
