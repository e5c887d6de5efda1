/** What is measured on a page. Nothing runs beside these: two browsers would measure each other. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { log, openChatWith, send } from './conversation';
import type { CatalogFile } from '../hub/fixtures';
import { countShifts, timeFirstCard, timeKeys, watchFrames } from './frames';
import { card, createScene, launchBrowser, openShelf, type Scene } from './scene';
import { chatSpeakers } from './speakers';
import { addTalker, MODEL, NAME, talker, weights } from './talker';

const TALKER = 'Endless Talker';
const speakers = chatSpeakers([
  { modelId: 'talker', displayName: TALKER, sentence: 'Round it goes, never ending;', loop: true },
]);

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser({ isMeasured: true });
  scene = await createScene({
    repos: [...speakers.repos, talker(NAME)],
    catalog: (catalog) => speakers.extend(catalog),
  });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

/** When the first model could be downloaded. It looks at each frame; a locator that waits looks twice a second. */
async function untilUsable(page: Page): Promise<number> {
  const found = await page.waitForFunction((name) => {
    const buttons = document.querySelectorAll(`[role=group][aria-label="${name}"] [role=button]`);
    const isUsable = Array.from(buttons).some(
      (it) => it.textContent.startsWith('Download') && it.getAttribute('aria-busy') !== 'true',
    );
    return isUsable && performance.now();
  }, 'Qwen 3 0.6B');
  return Number(await found.jsonValue());
}

it('leaves the page at its frame rate while an answer is written', async () => {
  const { context, page } = await openChatWith({ browser, scene }, TALKER);
  await send(page, 'Talk');
  await log(page).getByText('Round it goes').waitFor();
  const { gaps, renders, seconds } = await page.evaluate(watchFrames, 5_000);
  const length = await log(page).evaluate((element) => element.textContent.length);
  // On a fast machine it comes to the limit of an answer before the time is up.
  expect(gaps.length, 'frames while it was written').toBeGreaterThan(30);
  const at = (part: number) => gaps[Math.floor(gaps.length * part)] ?? Infinity;
  process.stdout.write(
    `frames while an answer streams (${String(length)} characters in the end): ` +
      `median gap ${at(0.5).toFixed(1)} ms, 95 % below ${at(0.95).toFixed(1)} ms, ` +
      `longest ${at(0.9999).toFixed(1)} ms; ${(renders / seconds).toFixed(1)} renders a second\n`,
  );
  // 16.7 ms are 60 a second. A busy machine drops some; rendering every token drops most.
  expect(at(0.5)).toBeLessThan(25);
  expect(renders / seconds).toBeLessThan(40);
  await context.close();
});

it('says how long a cold start takes until a model can be downloaded', async () => {
  const times: number[] = [];
  let scriptBytes = 0;
  for (let run = 0; run < 5; run += 1) {
    const context = await scene.context(browser);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const scripts = new Set<string>();
    scriptBytes = 0;
    session.on('Network.responseReceived', ({ type, requestId, response }) => {
      const isScript = type === 'Script' || response.mimeType.endsWith('javascript');
      if (isScript) scripts.add(requestId);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) scriptBytes += encodedDataLength;
    });
    await page.goto(`${scene.url}/settings/models`, { waitUntil: 'commit' });
    times.push(await untilUsable(page));
    await context.close();
  }
  const median = times.toSorted((a, b) => a - b)[2] ?? Infinity;
  process.stdout.write(
    `cold start to usable list: median ${median.toFixed(0)} ms of ${String(times.length)}, ` +
      `${(scriptBytes / 1000).toFixed(0)} kB of JavaScript transferred\n`,
  );
  // The goal is 1.2 s on an idle machine, and the line above says what it was; a busy
  // machine must not fail for that, only a start that has gone wrong.
  expect(median).toBeLessThan(6000);
  expect(scriptBytes).toBeLessThan(600_000);
});

it('says how long the next start takes, from the service worker, and that nothing moves on the page', async () => {
  const context = await scene.context(browser, { serviceWorkers: 'allow' });
  const page = await context.newPage();
  await page.addInitScript(countShifts);
  await openShelf(page, scene);
  const firstShift = await page.evaluate(() => layoutShift);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await page.goto(`${scene.url}/settings/models`, { waitUntil: 'commit' });
    times.push(await untilUsable(page));
    expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
  }
  const nextShift = await page.evaluate(() => layoutShift);
  const median = times.toSorted((a, b) => a - b)[2] ?? Infinity;
  process.stdout.write(
    `next start to usable list, from the service worker: median ${median.toFixed(0)} ms of ${String(times.length)}; ` +
      `layout shift ${firstShift.toFixed(3)} at the first start, ${nextShift.toFixed(3)} at a next one\n`,
  );
  // The goal on an idle machine is half a second.
  expect(median).toBeLessThan(3000);
  expect(Math.max(firstShift, nextShift)).toBeLessThan(0.01);
  await context.close();
});

it('brings a model that the app has never seen from a word to its first answer within 20 s', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await openShelf(page, scene);
  const { beganMs } = await addTalker(page);
  // The first model is selected by itself.
  await card(page, MODEL).getByText('In memory, ready to answer').waitFor();
  const seconds = (performance.now() - beganMs) / 1000;
  process.stdout.write(
    `a new model of ${(weights.byteLength / 1e6).toFixed(0)} MB: found, added, verified, tried and ready in ${seconds.toFixed(1)} s, three actions\n`,
  );
  expect(seconds).toBeLessThan(20);
  await context.close();
});

it('shows a shelf of 1,000 models at once, and searches it while a person types', async () => {
  const many = await createScene({ catalog: withThousand });
  const context = await many.context(browser);
  const page = await context.newPage();
  await page.goto(`${many.url}/settings`);
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  const link = page.getByRole('link', { name: 'AI Models', exact: true });
  await link.waitFor();
  const first = page.evaluate(timeFirstCard);
  await link.click();
  const firstMs = await first;
  const search = page.getByLabel('Search', { exact: true });
  await search.focus();
  await page.evaluate(timeKeys);
  for (const [typed, key] of Array.from(WORDS).entries()) {
    await page.keyboard.type(key);
    await page.waitForFunction((count) => keyTimes?.length === count, typed + 1);
  }
  await page.getByText('19 models', { exact: true }).waitFor();
  const times = (await page.evaluate(() => keyTimes)) ?? [];
  times.sort((one, other) => one - other);
  const medianMs = times[times.length >> 1] ?? Infinity;
  const longestMs = times.at(-1) ?? Infinity;
  process.stdout.write(
    `a shelf of 1,000 models: first card after ${firstMs.toFixed(0)} ms, a key in the search ` +
      `${medianMs.toFixed(0)} ms, longest ${longestMs.toFixed(0)} ms\n`,
  );
  // The goals on an idle machine are 300 ms and 50 ms.
  expect(firstMs).toBeLessThan(1500);
  expect(medianMs).toBeLessThan(250);
  await context.close();
  await many.close();
});

const WORDS = 'model 77';

function withThousand({ version, models }: CatalogFile): CatalogFile {
  const [like] = models;
  if (!like) throw new Error('the catalog is empty');
  const thousand = Array.from({ length: 1000 }, (_, number) => {
    const modelId = `model-${String(number)}`;
    return { ...like, modelId, displayName: `Model ${String(number)}`, folderName: modelId };
  });
  return { version, models: [...models, ...thousand] };
}
