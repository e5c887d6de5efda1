/** Chats with models whose templates ask something: turns in order, a thought that the prompt begins, another format. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SPOKEN_SENTENCE } from '../conformance/spokenSentence';
import { TEMPLATED } from '../conformance/templatedModels';
import { violations } from './axe';
import { log, openChat, openChatWith, send } from './conversation';
import { button, createScene, launchBrowser, type Scene } from './scene';
import { chatSpeakers } from './speakers';

const STRICT = 'Strict Turns';
const THINKER = 'Begun Thought';
const UNREADABLE = 'Unreadable Template';

function speaker(modelId: string, displayName: string, of: keyof typeof TEMPLATED) {
  const { sentence, template: chatTemplate } = TEMPLATED[of];
  return { modelId, displayName, sentence, chatTemplate };
}

const speakers = chatSpeakers([
  speaker('strict', STRICT, 'strict'),
  speaker('begun', THINKER, 'thoughtBegun'),
  speaker('unreadable', UNREADABLE, 'unreadable'),
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

/** Asks, and waits for the whole answer. What an earlier page had not yet kept of an answer may be missing above it. */
async function ask(page: Page, question: string, answer = SPOKEN_SENTENCE): Promise<void> {
  await send(page, question);
  await log(page).getByText(question, { exact: true }).waitFor();
  await untilSaid(page, answer);
}

async function untilSaid(page: Page, answer = SPOKEN_SENTENCE): Promise<void> {
  await button(page, 'Stop').waitFor({ state: 'detached' });
  await button(page, 'Answer again').waitFor();
  await log(page).getByText(answer, { exact: true }).last().waitFor();
  expect(await log(page).textContent()).toMatch(/tokens\/s|first word after/);
}

describe('a model whose template takes questions and answers in turn alone', () => {
  it('answers on after a question that was stopped before its first word, also after a reload', async () => {
    const { context, page } = await openChatWith({ browser, scene }, STRICT);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // No prompt is written before this comes, so that nothing can be said.
    await context.route('**/workers-*/template.js', async (route) => {
      await held;
      await route.continue();
    });
    await openChat(page, scene);
    await send(page, 'A question that nobody answers');
    await button(page, 'Stop').click();
    await log(page).getByText('Stopped before an answer').waitFor();
    release();

    await ask(page, 'And the next one');
    await openChat(page, scene);
    await log(page).getByText('Stopped before an answer').waitFor();
    await ask(page, 'After a reload');
    await context.close();
  });

  it('answers on after a question that was longer than its context', async () => {
    const { context, page } = await openChatWith({ browser, scene }, STRICT);
    await send(page, 'word '.repeat(3_000));
    await log(page).getByText('This chat is full').waitFor();
    await ask(page, 'A short one');
    await openChat(page, scene);
    await ask(page, 'After a reload');
    await context.close();
  });
});

it('shows and copies the answer alone where the prompt has begun a thought', async () => {
  const { context, page } = await openChatWith({ browser, scene }, THINKER);
  await ask(page, 'Well?', 'Yes.');
  await button(page, 'Copy the answer: Yes.').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Yes.');
  await log(page)
    .getByRole('button', { name: /^Thought/ })
    .click();
  await log(page).getByText('Hm.', { exact: true }).waitFor();
  expect(await log(page).textContent()).not.toContain('THINK');
  await context.close();
});

describe('a model whose template can’t be read', () => {
  it('answers in its family’s format after one press, and after a reload without any', async () => {
    const { context, page } = await openChatWith({ browser, scene }, UNREADABLE);
    await send(page, 'Anybody there?');
    await log(page).getByText('The model’s chat template can’t be used').waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Use Gemma').click();
    await untilSaid(page);
    await openChat(page, scene);
    await ask(page, 'Still there?');
    await context.close();
  });

  it('offers the other formats, for the keyboard, too', async () => {
    const { context, page } = await openChatWith({ browser, scene }, UNREADABLE);
    await send(page, 'Anybody there?');
    await button(page, 'Other formats').press('Enter');
    const dialog = page.getByRole('dialog');
    const formats = dialog.getByRole('group', { name: 'Prompt format' });
    expect(await button(formats, 'Gemma').getAttribute('aria-pressed')).toBe('true');
    await button(formats, 'ChatML').press('Enter');
    expect(await violations(page)).toEqual([]);
    await button(dialog, 'Use it').press('Enter');
    await untilSaid(page);
    await context.close();
  });
});
