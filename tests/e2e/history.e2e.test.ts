import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsInThemes } from './axe';
import { log, openChat, openChatWith, send } from './conversation';
import {
  DEMO_SENTENCE,
  button,
  card,
  choose,
  createScene,
  launchBrowser,
  openShelf,
  watchFailure,
} from './scene';
import type { Scene } from './scene';
import { chatSpeakers } from './speakers';

const OTHER = 'Second Voice';
const OTHER_SENTENCE = 'The tide follows a moon.';
const speakers = chatSpeakers([
  { modelId: 'second', displayName: OTHER, sentence: OTHER_SENTENCE },
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

async function ask(page: Page, text: string): Promise<void> {
  await send(page, text);
  await log(page).getByText(text, { exact: true }).waitFor();
  await button(page, 'Stop').waitFor({ state: 'detached' });
}

const chat = (page: Page, name: RegExp) => page.getByRole('listitem').filter({ hasText: name });
const titles = (page: Page) =>
  page.getByRole('listitem').getByRole('button', { name: /·/ }).allTextContents();

async function openHistory(page: Page): Promise<void> {
  await button(page, 'Chats').click();
  await page.getByRole('heading', { level: 1, name: 'Chats' }).waitFor();
  await page.getByRole('listitem').first().waitFor();
}

/** One chat with the second model, then two with the demo. */
async function withThreeChats() {
  const { context, page } = await openChatWith({ browser, scene }, 'Tiny demo', OTHER);
  await ask(page, 'Was zieht an der Übung?');
  await page.getByRole('link', { name: 'AI Models', exact: true }).click();
  await button(card(page, 'Tiny demo'), 'Select').click();
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await ask(page, 'First question');
  await button(page, 'New chat').click();
  await page.getByRole('heading', { name: 'Ask Tiny demo anything' }).waitFor();
  await ask(page, 'Second question');
  return { context, page };
}

describe('the history of three chats', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await withThreeChats());
  });
  afterAll(() => page.context().close());

  /** Whatever an earlier test has left open. */
  async function openThem(): Promise<void> {
    watchFailure(page.context());
    await openChat(page, scene);
    await openHistory(page);
  }

  it('is searched in titles and messages of all models', async () => {
    await openThem();
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('MOON übung');
    await page.getByText('1 chat found').waitFor();
    await chat(page, /Übung/).getByText(OTHER_SENTENCE).waitFor();
    await search.fill('%');
    await page.getByText('Nothing found').waitFor();
    await search.fill('');
    await page.getByText('3 chats').waitFor();
  });

  it('is saved as files, one chat or all', async () => {
    await openThem();
    const dialog = page.getByRole('dialog');
    const saved = async (format: string) => {
      const link = dialog.getByRole('link', { name: `Save as ${format}` });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const text = await readFile(await download.path(), 'utf8');
      return { name: download.suggestedFilename(), text };
    };
    await page.getByRole('button', { name: /^Export Was zieht/ }).click();
    const { name, text } = await saved('Markdown');
    expect(name).toMatch(/^chat-\d{4}-\d\d-\d\d-was-zieht-an-der-übung\.md$/);
    expect(text).toMatch(/^# Was zieht an der Übung\?\n\nSecond Voice · /);
    expect(text).toContain(
      `## You\n\nWas zieht an der Übung?\n\n## ${OTHER}\n\n${OTHER_SENTENCE}\n`,
    );
    await page.keyboard.press('Escape');

    await button(page, 'Export all').click();
    const all = await saved('JSON');
    expect(all.name).toMatch(/^chat-\d{4}-\d\d-\d\d\.json$/);
    expect(JSON.parse(all.text)).toMatchObject({
      format: 'modelshelf-chats',
      version: 1,
      chats: [
        { title: 'Second question', model: { name: 'Tiny demo' } },
        { title: 'First question', messages: [{ role: 'user' }, { content: DEMO_SENTENCE }] },
        { model: { id: 'second' }, messages: [{ role: 'user' }, { role: 'assistant' }] },
      ],
    });
  });

  it('has the chats with all models, and opens each with its own', async () => {
    await openThem();
    expect(await titles(page)).toEqual([
      expect.stringMatching(/^Second questionTiny demo · .* · open now$/),
      expect.stringMatching(/^First questionTiny demo · /),
      expect.stringMatching(/^Was zieht an der Übung\?Second Voice · /),
    ]);
    await page.getByRole('button', { name: /^First question/ }).click();
    await log(page).getByText('First question').waitFor();
    await log(page).getByText(DEMO_SENTENCE).waitFor();
    expect(await log(page).getByText('Second question').count()).toBe(0);

    await openHistory(page);
    await page.getByRole('button', { name: /^Was zieht/ }).click();
    await page.getByRole('heading', { level: 1, name: OTHER }).waitFor();
    await log(page).getByText(OTHER_SENTENCE).waitFor();
    await ask(page, 'And now?');
    await openChat(page, scene);
    await log(page).getByText('And now?').waitFor();
  });

  it('has no fault that axe-core knows, in either theme', async () => {
    await openThem();
    expect(await violationsInThemes(page)).toEqual([]);
    await page.getByRole('button', { name: /^Rename First/ }).click();
    expect(await violationsInThemes(page), 'renaming').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Delete First/ }).click();
    await page.getByText('“First question” was deleted.').waitFor();
    expect(await violationsInThemes(page), 'deleted').toEqual([]);
    await button(page, 'Export all').click();
    await page.getByRole('dialog').getByRole('link').first().waitFor();
    expect(await violationsInThemes(page), 'export').toEqual([]);
  });
});

describe('the history', () => {
  it('is used with the keyboard alone: rename, delete, undo', async () => {
    const { context, page } = await withThreeChats();
    await openHistory(page);
    const press = async (name: RegExp) => {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
    };
    await press(/^Rename First question/);
    const field = page.getByRole('textbox', { name: 'Title of the chat' });
    expect(await field.inputValue()).toBe('First question');
    await field.fill('The beginning');
    await page.keyboard.press('Enter');
    await press(/^Rename The beginning/);
    await field.fill('never mind');
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });

    await press(/^Delete The beginning/);
    await page.getByText('“The beginning” was deleted.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Rename The beginning/ }).waitFor();
    await openChat(page, scene);
    await openHistory(page);
    await page.getByRole('button', { name: /^The beginning/ }).click();
    await log(page).getByText('First question').waitFor();
    await log(page).getByText(DEMO_SENTENCE).waitFor();
    await context.close();
  });

  it('is deleted as a whole after a question, and comes back as a whole', async () => {
    const { context, page } = await withThreeChats();
    await openHistory(page);
    await button(page, 'Delete all').click();
    await button(page, 'Keep them').click();
    await button(page, 'Delete all').click();
    await button(page, 'Delete 3 chats').click();
    await page.getByText('3 chats were deleted.').waitFor();
    await page.getByText('No chats yet').waitFor();
    await button(page, 'Undo: bring the deleted chats back').click();
    await page.getByText('3 chats', { exact: true }).waitFor();
    expect(await titles(page)).toHaveLength(3);

    await page.getByRole('button', { name: /^Delete Second question/ }).click();
    await page.getByText('“Second question” was deleted.').waitFor();
    await openChat(page, scene);
    await log(page).getByText('First question').waitFor();
    await openHistory(page);
    expect(await titles(page)).toHaveLength(2);
    await context.close();
  });

  it('shows a chat whose model was removed, and says how it can go on', async () => {
    const { context, page } = await withThreeChats();
    await openShelf(page, scene);
    await choose(page, OTHER, 'Remove');
    await button(page.getByRole('dialog'), 'Remove').click();
    await button(card(page, OTHER), 'Download').waitFor();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await openHistory(page);
    await chat(page, /Übung/)
      .getByText(/Second Voice, not installed/)
      .waitFor();
    await page.getByRole('button', { name: /^Was zieht/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(OTHER_SENTENCE).waitFor();
    await dialog.getByText('Second Voice isn’t on this device.').waitFor();
    await context.close();
  });
});
