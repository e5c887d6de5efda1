/** A repository that the app has never seen, of a model that speaks, and the actions that bring it to the shelf. */
import type { Page } from 'playwright';

import { buildSpeakingModel, SPEAKING_CONTEXT_TOKENS } from '../../scripts/demoModel/speakingModel';
import { bytesContent } from '../hub/content';
import { commitFor } from '../hub/repos';
import type { HubFile, HubRepo } from '../hub/repos';
import { button, card } from './scene';

export const SENTENCE = 'This app had never heard of me, and now I speak.';
export const MEGABYTE = 1024 * 1024;
export const MODEL = 'Talker-1M Q8_0';
export const NAME = 'someone/Talker-1M-GGUF';

export const file = (bytes: Uint8Array): HubFile => ({ content: bytesContent(bytes), lfs: true });
export const weights = buildSpeakingModel({ sentence: SENTENCE, paddingBytes: 24 * MEGABYTE });
const FACTS = { downloads: 4321, likes: 7, lastModified: '2026-01-02T00:00:00.000Z' };
const GGUF = { total: 1_000_000, architecture: 'llama', context_length: SPEAKING_CONTEXT_TOKENS };

export function talker(name: string, more: Partial<HubRepo> = {}): HubRepo {
  const files = { 'Talker-1M-Q8_0.gguf': file(weights) };
  const license = { license: 'apache-2.0' };
  return {
    ...{ name, commit: commitFor(name), files, license, facts: FACTS, gguf: GGUF },
    ...more,
  };
}

/** Three actions, beginning on the model screen. Resolves when the app has tried the model, with the time since the first one. */
export async function addTalker(page: Page): Promise<{ beganMs: number }> {
  await page.getByRole('link', { name: 'Add a model' }).click();
  await page.getByRole('textbox').and(page.locator(':focus')).waitFor();
  const beganMs = performance.now();
  await page.keyboard.type('talker-1m');
  await page.getByRole('status').getByText('1 repository').waitFor();
  await page.getByRole('button', { name: /^Talker-1M-GGUF by someone / }).click();
  const dialog = page.getByRole('dialog', { name: NAME });
  await dialog.getByRole('radio', { name: /^Q8_0, 2\d MB Recommended /, checked: true }).waitFor();
  await button(dialog, 'Add and download').click();
  await card(page, MODEL)
    .getByText(/^Works here/)
    .waitFor();
  return { beganMs };
}
