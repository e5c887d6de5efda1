import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsInThemes } from './axe';
import { field, log, openChat, openChatWith, send } from './conversation';
import { button, createScene, launchBrowser, select, watchFailure, type Scene } from './scene';
import { chatSpeakers, cutIntoPieces } from './speakers';

const MARKDOWN = `<think>They want to know about tides.</think>

## Tides

The **moon** pulls. See [the story](https://example.org/tides) or <b>this</b>.

1. First look
2. Then wait

\`\`\`python
def tide(hours):
    return hours * 2
\`\`\`

| Place | Range |
| --- | --- |
| Fundy | 16 m |

![A cat](https://example.org/cat.png) [bad](javascript:alert(1))`;
const CODE = 'def tide(hours):\n    return hours * 2';

const ARABIC = '**المد** والجزر `npm`.\n\n1. أولاً\n\n```js\n// تعليق\n```';

const WRITER = 'Markdown Writer';
const ARABIC_WRITER = 'Arabic Writer';
const TALKER = 'Endless Talker';
const speakers = chatSpeakers([
  { modelId: 'writer', displayName: WRITER, sentence: cutIntoPieces(MARKDOWN) },
  { modelId: 'arabic', displayName: ARABIC_WRITER, sentence: cutIntoPieces(ARABIC) },
  {
    ...{ modelId: 'talker', displayName: TALKER, loop: true },
    sentence: 'Round it goes, never ending;',
    // Even the fastest computer then writes the longest answer for longer than any test listens.
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

const stop = (page: Page): Locator => button(page, 'Stop');

async function ask(page: Page, text: string): Promise<void> {
  await send(page, text);
  await log(page).getByText(text, { exact: true }).waitFor();
  await stop(page).waitFor({ state: 'detached' });
}

describe('an answer', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openChatWith({ browser, scene }, WRITER));
    scene.origins.clear();
    await ask(page, 'What are tides?');
  });
  afterAll(() => page.context().close());

  it('is shown as Markdown, with its thoughts folded away, and asks nobody else', async () => {
    watchFailure(page.context());
    await log(page).getByRole('heading', { name: 'Tides' }).waitFor();
    await log(page).getByRole('table').getByRole('cell', { name: '16 m' }).waitFor();
    await log(page).getByText('<b>this</b>').waitFor();
    await log(page).getByText('[bad](javascript:alert(1))').waitFor();
    expect(await log(page).getByRole('listitem').count()).toBe(2);
    expect(await log(page).getByRole('link').allTextContents()).toEqual([
      'the story (example.org)',
      'Image: A cat (example.org)',
    ]);
    const link = log(page).getByRole('link', { name: 'the story (example.org)' });
    expect(await link.getAttribute('href')).toBe('https://example.org/tides');
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await page.locator('img').count()).toBe(0);

    const thought = page.getByRole('button', { name: /^Thought for/ });
    expect(await thought.getAttribute('aria-expanded')).toBe('false');
    expect(await page.getByText('They want to know').count()).toBe(0);
    await thought.click();
    await page.getByText('They want to know about tides.').waitFor();
    expect(await thought.getAttribute('aria-expanded')).toBe('true');

    await page.getByText(/tokens\/s/).waitFor();
    expect(await page.getByRole('meter').getAttribute('aria-valuetext')).toMatch(
      /^\d+ of 2,048 tokens$/,
    );
    expect([...scene.origins].filter((origin) => origin !== scene.url)).toEqual([]);
  });

  it('can be copied, whole or a block of its code', async () => {
    watchFailure(page.context());
    await openChat(page, scene);
    const copied = async (name: RegExp) => {
      await page.getByRole('button', { name }).click();
      await page.getByText('Copied', { exact: true }).waitFor();
      await button(page, 'Dismiss').click();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied(/^Copy python code/)).toBe(CODE);
    expect(await copied(/^Copy the answer/)).toBe(MARKDOWN.split('</think>\n\n')[1]);
    expect(await copied(/^Copy your message/)).toBe('What are tides?');
  });

  it('and its editor have no fault that axe-core knows, in either theme', async () => {
    watchFailure(page.context());
    await openChat(page, scene);
    await page.getByRole('button', { name: /^Thought for/ }).click();
    expect(await violationsInThemes(page)).toEqual([]);
    await page.getByRole('button', { name: /^Edit your message/ }).click();
    expect(await violationsInThemes(page)).toEqual([]);
  });
});

describe('an Arabic answer', () => {
  it('reads from the right where it is Arabic, and its code from the left, in an English app', async () => {
    const { context, page } = await openChatWith({ browser, scene }, ARABIC_WRITER);
    await ask(page, 'What are tides?');
    const directionOf = (text: Locator) =>
      text.evaluate((element) => {
        const { direction, textAlign } = getComputedStyle(element);
        return `${direction} ${textAlign}`;
      });
    const words = (text: RegExp) => log(page).getByText(text).first();
    expect(await directionOf(words(/^المد والجزر npm/))).toBe('rtl start');
    expect(await directionOf(words(/^أولاً$/))).toBe('rtl start');
    expect(await directionOf(words(/تعليق/))).toMatch(/^ltr/);
    expect(await directionOf(log(page).getByText('npm', { exact: true }))).toMatch(/^ltr/);
    expect(await directionOf(words(/^What are tides/))).toBe('ltr start');
    const [number, item] = [
      await words(/^1\.$/).boundingBox(),
      await words(/^أولاً$/).boundingBox(),
    ];
    expect(number?.x).toBeGreaterThan(item?.x ?? Infinity);
    await context.close();
  });
});

describe('chats', () => {
  it('belong to their models', async () => {
    const { context, page } = await openChatWith({ browser, scene }, WRITER, 'Tiny demo');
    const turnTo = async (name: string) => {
      await page.getByRole('link', { name: 'AI Models', exact: true }).click();
      await select(page, name);
      await page.getByRole('link', { name: 'Chat', exact: true }).click();
    };
    await ask(page, 'Who are you?');
    await turnTo(WRITER);
    await page.getByRole('heading', { name: `Ask ${WRITER} anything` }).waitFor();
    await turnTo('Tiny demo');
    await log(page).getByText('Who are you?').waitFor();
    await context.close();
  });

  it('keep the question, and what was said until a second before the tab died', async () => {
    const { context, page } = await openChatWith({ browser, scene }, TALKER);
    await send(page, 'Talk to me');
    const said = await untilLonger(page, 60);
    // Another tab reads what is written, and nothing else.
    const next = await context.newPage();
    const written = async () => {
      await next.goto(scene.url);
      await log(next).waitFor();
      return log(next).textContent();
    };
    await expect.poll(written, { timeout: 30_000 }).toContain(said);
    expect(await stop(page).count(), 'the answer has ended before its tab').toBe(1);
    await crash(page);
    expect(await written()).toContain(said);
    await log(next).getByText('Talk to me', { exact: true }).waitFor();
    await log(next).getByText('Cut off: the app ended. If it crashed').waitFor();
    await context.close();
  });
});

/** As the system ends a tab that takes too much memory. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // It never answers: nobody is left who could.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

it('says which model was loading when the app died, and offers a smaller one', async () => {
  const { context, page } = await openChatWith({ browser, scene }, 'Tiny demo', 'Local Small');
  let held = true;
  // The engine never comes, so the load lasts until the tab dies.
  await context.route(/wllama.*\.wasm/, (route) => (held ? undefined : route.continue()));
  const asked = page.waitForRequest(/wllama.*\.wasm/);
  await page.goto(scene.url);
  await asked;
  await page.getByRole('progressbar', { name: 'Loading into memory' }).waitFor();
  await crash(page);

  held = false;
  const next = await context.newPage();
  await next.goto(scene.url);
  await next.getByText('The app ended while Local Small was loading').waitFor();
  await button(next, 'Load it again').waitFor();
  await button(next, 'Use Tiny demo').click();
  await next.getByText('Ready, on this device').waitFor();
  await next.getByRole('heading', { level: 1, name: 'Tiny demo' }).waitFor();
  expect(await next.getByRole('alert').count()).toBe(0);
  await context.close();
});

describe('the keyboard', () => {
  it('sends, breaks lines, stops, and edits the last question', async () => {
    const { context, page } = await openChatWith({ browser, scene }, TALKER);
    await field(page).focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await untilLonger(page, 10);
    await page.keyboard.press('Escape');
    await stop(page).waitFor({ state: 'detached' });
    await log(page).getByText('Stopped').waitFor();
    expect(await log(page).textContent()).toContain('one\ntwo');

    await page.keyboard.press('ArrowUp');
    const editor = page.getByRole('textbox', { name: 'Edit your message' });
    expect(await editor.inputValue()).toBe('one\ntwo');
    await page.keyboard.press('Escape');
    await editor.waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowUp');
    await editor.fill('three');
    await page.keyboard.press('Enter');
    await log(page).getByText('three', { exact: true }).waitFor();
    expect(await log(page).textContent()).not.toContain('one\ntwo');
    await untilLonger(page, 10);
    await stop(page).click();
    await stop(page).waitFor({ state: 'detached' });
    // The focus is in the field again, whatever was pressed.
    await page.keyboard.type('four');
    expect(await field(page).inputValue()).toBe('four');
    await context.close();
  });
});

/** The beginning of the last answer, once it is at least so long. */
async function untilLonger(page: Page, length: number): Promise<string> {
  const text = log(page)
    .getByText(/^Round it goes/)
    .last();
  await text.waitFor();
  await page.waitForFunction(
    (least) => (document.querySelector('[role=log]')?.textContent.length ?? 0) > least,
    length + 40,
  );
  return (await text.textContent())?.slice(0, length) ?? '';
}
