/** What stands between a person and a model that the app has never seen: terms, quotas, parts, no network, other tabs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { splitModel } from '../../scripts/demoModel/shards';
import { describeSpeakingModel } from '../../scripts/demoModel/speakingModel';
import type { HubRepo } from '../hub/repos';
import { startKillable } from './killable';
import {
  ask,
  button,
  card,
  createScene,
  launchBrowser,
  openShelf,
  select,
  untilInstalled,
  untilPercent,
  type Scene,
  choose,
} from './scene';
import { file, MEGABYTE, MODEL, NAME, talker } from './talker';

const SPLIT = 'someone/Split-2M-GGUF';
const SPLIT_SENTENCE = 'My parts arrived each alone.';
const parts = splitModel(
  describeSpeakingModel({ sentence: SPLIT_SENTENCE, paddingBytes: MEGABYTE }),
  'Split-2M-Q8_0',
  5,
);

const TERMED = 'someone/Termed-1M-GGUF';
const TERMS = 'You may use this model on Tuesdays.';

/** With its folder, as many entries as the app reads of a list. */
const CROWD = 'someone/Crowd-1M-GGUF';
const crowd = Object.fromEntries(
  Array.from({ length: 9_990 }, (_, index) => [
    `notes/${String(index)}-Q8_0.gguf`,
    file(new Uint8Array([index & 255, index >> 8])),
  ]),
);

const REPOS: readonly HubRepo[] = [
  talker(NAME),
  talker(SPLIT, {
    files: Object.fromEntries(parts.map(({ fileName, bytes }) => [fileName, file(bytes)])),
  }),
  talker(TERMED, {
    files: {
      ...talker(TERMED).files,
      LICENSE: { content: file(new TextEncoder().encode(TERMS)).content, lfs: false },
    },
    license: { license: 'other', license_name: 'tuesdays' },
  }),
  talker(CROWD, { files: crowd }),
];

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ repos: REPOS, bytesPerSecond: 8 * MEGABYTE });
});
beforeEach(() => {
  scene.hub.faults.clear();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const pathOf = (name: string) => `/settings/models/add?repo=${encodeURIComponent(name)}`;
const sheet = (page: Page, name: string) => page.getByRole('dialog', { name });
const sentBytes = (name: string) =>
  scene.hub.log
    .filter(({ origin, file: path }) => origin === 'cdn' && path?.startsWith(name))
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);

async function openSheet(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(scene.url + pathOf(name));
  await sheet(page, name).getByRole('radio', { checked: true }).waitFor();
  return page;
}

it('a model in several parts is one build: one card, one download, one model that speaks', async () => {
  expect(parts.length).toBeGreaterThan(2);
  const context = await scene.context(browser);
  const page = await openSheet(context, SPLIT);
  expect(await sheet(page, SPLIT).getByRole('radio').count()).toBe(1);
  await button(sheet(page, SPLIT), 'Add and download').click();
  const added = card(page, 'Split-2M Q8_0');
  await added.getByText(/^Works here/).waitFor();
  await select(page, 'Split-2M Q8_0');
  await ask(page, scene, SPLIT_SENTENCE);
  await context.close();
});

it('terms are shown before the first byte, and asked for once', async () => {
  const context = await scene.context(browser);
  const page = await openSheet(context, TERMED);
  await button(sheet(page, TERMED), 'Add and download').click();
  const terms = page.getByRole('dialog', { name: 'Licence of Termed-1M Q8_0' });
  await terms.getByText(TERMS).waitFor();
  await button(terms, 'Not now').click();
  // Only its header was read, to see what it needs.
  expect(sentBytes(TERMED)).toBeLessThanOrEqual(8 * MEGABYTE);
  await openShelf(page, scene);
  await button(card(page, 'Termed-1M Q8_0'), 'Download').click();
  await button(terms, 'Accept and download').click();
  await untilInstalled(page, 'Termed-1M Q8_0');
  await context.close();
});

it('a hub that has had enough is told, and asked no more before its time', async () => {
  const context = await scene.context(browser);
  const isAsked = ({ path }: { path: string }) => path.startsWith(`/api/models/${NAME}`);
  scene.hub.faults.push({
    match: ({ request }) => request.url.pathname.startsWith(`/api/models/${NAME}`),
    fault: { status: 429 },
  });
  const page = await context.newPage();
  await page.goto(scene.url + pathOf(NAME));
  const dialog = sheet(page, NAME);
  // A page can't read how long the hub wants it to wait.
  await dialog.getByText('Try again in a few minutes.').waitFor();
  const asked = scene.hub.log.filter(isAsked).length;
  await button(dialog, 'Try again').click();
  await dialog.getByText(/asks us to wait for \d/).waitFor();
  expect(scene.hub.log.filter(isAsked).length).toBe(asked);
  await context.close();
});

it('ten thousand files are judged at once, also by a header that was read', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(scene.url + pathOf(CROWD));
  const dialog = sheet(page, CROWD);
  await button(dialog, '9,984 more').waitFor();
  // The header of the recommended one was read, and all are judged by it.
  await dialog.getByText('It can’t be used here.').first().waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await context.close();
});

it('two tabs show one shelf: what one adds or forgets, the other does too', async () => {
  const context = await scene.context(browser);
  const other = await context.newPage();
  await openShelf(other, scene);
  const page = await openSheet(context, NAME);
  await button(sheet(page, NAME), 'Add to the shelf').click();
  await card(page, MODEL).waitFor();
  await card(other, MODEL).waitFor();
  await choose(other, MODEL, 'Forget');
  await card(page, MODEL).waitFor({ state: 'detached' });
  await context.close();
});

it('without a network the screen says so, and goes on when there is one', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings/models/add`);
  await page.getByRole('textbox').waitFor();
  await context.setOffline(true);
  await page.getByRole('textbox').fill(NAME);
  await page.getByRole('textbox').press('Enter');
  await sheet(page, NAME).getByText('No connection').waitFor();
  await context.setOffline(false);
  await button(sheet(page, NAME), 'Try again').click();
  await sheet(page, NAME).getByRole('radio', { checked: true }).waitFor();
  await context.close();
});

it('kill -9 after it was added, and in the middle of its download, loses neither', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'modelshelf-profile-'));
  const start = async () => {
    const { browser: running, kill } = await startKillable(profile);
    const [context] = running.contexts();
    if (!context) throw new Error('a browser has a context');
    return { context, kill };
  };
  const first = await start();
  const adding = await openSheet(first.context, NAME);
  await button(sheet(adding, NAME), 'Add to the shelf').click();
  await card(adding, MODEL).waitFor();
  await first.kill();

  const second = await start();
  const shelf = await second.context.newPage();
  await openShelf(shelf, scene);
  await button(card(shelf, MODEL), 'Download').click();
  await untilPercent(shelf, MODEL, 40);
  await second.kill();

  const third = await start();
  const before = sentBytes(NAME);
  const again = await third.context.newPage();
  await openShelf(again, scene);
  await untilInstalled(again, MODEL);
  // The engine's try reads nothing from the hub.
  expect(sentBytes(NAME) - before).toBeLessThan(0.7 * 25 * MEGABYTE);
  await third.kill();
  await rm(profile, { recursive: true });
});
