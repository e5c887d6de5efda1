/** The chat as a test uses it. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright';

import { install, openShelf, select, type Scene } from './scene';

export interface OpenChat {
  context: BrowserContext;
  page: Page;
}

/** Installs the models and opens the chat with the last of them, as somebody who was never here. */
export async function openChatWith(
  { browser, scene }: { browser: Browser; scene: Scene },
  ...names: string[]
): Promise<OpenChat> {
  const context = await scene.context(browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await openShelf(page, scene);
  for (const name of names) await install(page, name);
  await select(page, names.at(-1) ?? '');
  // By the app's own link: loading a page anew would load the model anew.
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await untilReady(page);
  return { context, page };
}

export async function openChat(page: Page, { url }: Pick<Scene, 'url'>): Promise<void> {
  await page.goto(url);
  await untilReady(page);
}

const untilReady = (page: Page): Promise<void> => page.getByText('Ready, on this device').waitFor();

export const log = (page: Page): Locator => page.getByRole('log');
export const field = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Message', exact: true });

export async function send(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}
