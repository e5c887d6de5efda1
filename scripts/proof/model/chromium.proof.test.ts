/** A real model on a page: the exported app in a Chromium, from the card's Download to its removal. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type BrowserContext, type Page } from 'playwright';
import { expect, it } from 'vitest';

import { peakOfRenderers } from '../../bench/renderer';
import { PROJECT_ROOT } from '../../build/projectRoot';
import { log, send } from '../../../tests/e2e/conversation';
import { engineHeapBytes, watchEngineHeaps } from '../../../tests/engineHeaps';
import {
  browserArguments,
  button,
  card,
  createScene,
  install,
  openShelf,
  select,
  type Scene,
} from '../../../tests/e2e/scene';
import { bringModel } from './bringModel';
import { configOf, newerOf, repoOf, type NewerVersion, type ProofModel } from './models';
import { LARGEST_ERROR, mega } from './note';
import { chosenModels } from './proofScene';

/** Where pictures of the page while it answers are left for whoever wants to look. */
const PICTURES = join(PROJECT_ROOT, '.cache', 'proof', 'model');
/** On a busy machine a model of this size takes its time, and a benchmark reads and writes a thousand tokens. */
const PATIENCE_MS = 1_200_000;
const FITS = /^Fits: needs about/;
/** Comes with the app. */
const ANOTHER = 'Tiny demo';

async function sceneOf(model: ProofModel): Promise<{ scene: Scene; newer: NewerVersion }> {
  const brought = await bringModel(model);
  if ('missing' in brought) throw new Error(`${model.displayName}: ${brought.missing}`);
  const newer = newerOf(model, brought.path);
  const scene = await createScene({
    repos: [repoOf(model, brought.path), newer.repo],
    catalog: ({ version, models: [any] }) => {
      if (any?.ggufSource.kind !== 'remote') throw new Error('the hub’s address is not known');
      return { version, models: [configOf(model, new URL(any.ggufSource.url).origin)] };
    },
  });
  return { scene, newer };
}

const secondsOf = async (work: Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work;
  return (performance.now() - startedMs) / 1000;
};

/** Asks in a chat of its own; what was answered, and in how many seconds to the last word. */
async function ask(page: Page, question: string) {
  await startChat(page);
  const startedMs = performance.now();
  await send(page, question);
  const copy = page.getByRole('button', { name: /^Copy the answer/ });
  await copy.waitFor();
  const seconds = (performance.now() - startedMs) / 1000;
  const name = (await copy.getAttribute('aria-label')) ?? '';
  return { text: name.replace(/^Copy the answer: /, ''), seconds };
}

async function startChat(page: Page): Promise<void> {
  const newChat = button(page, 'New chat');
  if (!(await newChat.isVisible())) return;
  await newChat.click();
  await newChat.waitFor({ state: 'detached' });
}

/** Pictures of the answer as it is written, on a phone's width and a desk's. */
async function picture(page: Page, { modelId }: ProofModel): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await startChat(page);
  await send(page, 'Write a list of ten animals.');
  await log(page)
    .getByText(/(\S+\s+){8}/)
    .last()
    .waitFor();
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(PICTURES, `${modelId}-${String(width)}.png`) });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `wider than ${String(width)}`).toBe(0);
  }
  const stop = button(page, 'Stop');
  if (await stop.isVisible()) await stop.click();
}

const openModels = (page: Page) =>
  page.getByRole('link', { name: 'AI Models', exact: true }).first().click();

/** Has every byte of the installed file read back, as a person asks for it. */
async function check(page: Page, { displayName }: ProofModel): Promise<number> {
  await button(card(page, displayName), 'Details').click();
  const dialog = page.getByRole('dialog');
  const startedMs = performance.now();
  await button(dialog, 'Check files').click();
  await dialog.getByText(/^Every byte is as it was installed/).waitFor();
  const seconds = (performance.now() - startedMs) / 1000;
  await button(dialog, 'Close').click();
  return seconds;
}

async function benchmark(page: Page, { displayName }: ProofModel): Promise<string> {
  await button(card(page, displayName), 'Benchmark').click();
  const bar = page.getByRole('list', { name: 'Generation' }).getByRole('listitem');
  const words = (await bar.innerText()).replace(/\s+/g, ' ');
  await page.getByRole('heading', { name: /^Measuring / }).waitFor({ state: 'detached' });
  return words;
}

/** What there is of an update: the catalog names another file, and a repair brings it in place of the one that is here. */
async function update(
  page: Page,
  { displayName }: ProofModel,
  { scene, newer }: { scene: Scene; newer: NewerVersion },
): Promise<void> {
  const catalog = { version: 1, models: [newer.configAt(scene.hub.endpoint)] };
  await page.route('**/catalog.json', (route) => route.fulfill({ json: catalog }));
  await openShelf(page, scene);
  await card(page, displayName).getByText('Not the file that the registry names').waitFor();
  await button(card(page, displayName), 'Repair').click();
  await button(card(page, displayName), 'Select').waitFor();
}

/** What is selected can't be removed: another model has to be selected first. */
async function remove(page: Page, { displayName, modelId }: ProofModel): Promise<void> {
  await install(page, ANOTHER);
  await select(page, ANOTHER);
  await button(card(page, displayName), 'Remove').click();
  await button(page.getByRole('dialog'), 'Remove').click();
  await button(card(page, displayName), 'Download').waitFor();
  expect(await foldersOf(page)).not.toContain(modelId);
}

/** What the page's engine says that the model takes, in the list of what is in memory. */
async function measuredOf(page: Page): Promise<number> {
  const told = page.getByRole('listitem').getByText(/^[\d.]+ [kMG]B$/);
  return bytesIn(await told.innerText());
}

const bytesIn = (text: string): number => {
  const [, count = '', unit = ''] = /([\d.]+) (kB|MB|GB)/.exec(text) ?? [];
  return Number(count) * ({ kB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? NaN);
};

it.for(chosenModels())('$displayName goes the whole way on a page', async (model, { task }) => {
  const { displayName } = model;
  const { scene, newer } = await sceneOf(model);
  const profile = await mkdtemp(join(tmpdir(), 'modelshelf-proof-'));
  const context = await chromium.launchPersistentContext(profile, browserArguments());
  try {
    await context.addInitScript(tellProcessors, process.env['PROOF_PROCESSORS']);
    await context.addInitScript(watchEngineHeaps);
    const [page = await context.newPage()] = context.pages();
    page.setDefaultTimeout(PATIENCE_MS);
    await openShelf(page, scene);
    const fits = await card(page, displayName).getByText(FITS).innerText();
    const emptyBytes = peakOfRenderers(profile);
    const downloadSeconds = await secondsOf(install(page, displayName));
    const works = card(page, displayName).getByText(/^Works here · [\d.,]+ tokens\/s$/);
    const loadSeconds = await secondsOf(works.waitFor());
    const measuredBytes = await measuredOf(page);
    const checkSeconds = await check(page, model);
    await select(page, displayName);
    await page.getByRole('link', { name: 'Chat', exact: true }).first().click();
    const answers = [];
    for (const question of model.questions) {
      const answer = await ask(page, question.text);
      expect(answer.text, question.text).toMatch(question.right);
      expect(answer.text, 'has the other’s turn in it').not.toMatch(/\bUser:|<[^>]*turn|<\|/);
      answers.push(answer);
    }
    const heapBytes = await page.evaluate(engineHeapBytes);
    expect(Math.abs(measuredBytes / heapBytes - 1)).toBeLessThan(LARGEST_ERROR);
    const fullBytes = peakOfRenderers(profile);
    await picture(page, model);

    await openModels(page);
    const bench = await benchmark(page, model);
    const updateSeconds = await secondsOf(update(page, model, { scene, newer }));
    await check(page, model);
    await remove(page, model);

    // Told and not judged: the peak has in it what the file passed through while it was read in.
    const tookBytes = (fullBytes ?? NaN) - (emptyBytes ?? NaN);
    Object.assign(task.meta, {
      note:
        `${displayName} in Chromium: ` +
        `${answers.map(({ text }) => JSON.stringify(text)).join(', ')}, whole after ` +
        `${answers.map(({ seconds }) => seconds.toFixed(1)).join(', ')} s; ` +
        `${(model.sizeBytes / 1e6).toFixed(0)} MB downloaded and verified in ${downloadSeconds.toFixed(1)} s, ` +
        `checked in ${checkSeconds.toFixed(1)} s, loaded and tried in ${loadSeconds.toFixed(1)} s, replaced by a newer version in ${updateSeconds.toFixed(1)} s; bench: ${bench}; memory: “${fits}”, measured ` +
        `${mega(measuredBytes)}, the engine’s memory really ${mega(heapBytes)}, the page’s process grew at most by ${mega(tookBytes)} from ${mega(emptyBytes)}`,
    });
  } catch (error) {
    await showPages(context);
    throw error;
  } finally {
    await context.close();
    await scene.close();
    await rm(profile, { recursive: true, force: true });
  }
});

/** What a person would have seen when it failed. */
async function showPages(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    const seen = await page.locator('body').ariaSnapshot();
    process.stdout.write(`at the failure ${page.url()} showed:\n${seen}\n`);
  }
}

/** Runs in the page. More threads than processors that are free wait for each other, which a busy machine has no use for. */
function tellProcessors(count: string | undefined): void {
  if (count === undefined) return;
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: Number(count) });
}

async function foldersOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle('models');
    const names: string[] = [];
    for await (const name of models.keys()) names.push(name);
    return names;
  });
}
