import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  ask,
  button,
  card,
  createScene,
  launchBrowser,
  openShelf,
  select,
  type Scene,
} from './scene';
import { SPOKEN_SENTENCE } from '../conformance/spokenSentence';
import { splitModels } from '../conformance/splitModels';
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';

const MODEL = 'Speaking model';
const SENTENCE = 'I came as a file, and nobody has heard of me.';
const weights = buildSpeakingModel({ sentence: SENTENCE, paddingBytes: 2_000_000 });
const WHOLE = file('my own talker.gguf', weights);

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

function file(name: string, bytes: Uint8Array) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
}

async function openPage(): Promise<Page> {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(`${scene.url}/settings/models/add`);
  await button(page, 'Open a file…').waitFor();
  return page;
}

async function give(page: Page, ...given: ReturnType<typeof file>[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Open a file…').click();
  await (await chooser).setFiles(given);
}

const results = (page: Page) => page.getByRole('log', { name: 'Files that are taken in' });

it('takes a person’s file in without a download, and it speaks', async () => {
  const page = await openPage();
  await give(page, WHOLE);
  await results(page).getByText(`${MODEL} is here`).waitFor();
  await openShelf(page, scene);
  await card(page, MODEL).getByText('Added from a file').waitFor();
  await select(page, MODEL);
  await ask(page, scene, SENTENCE);
  expect(scene.hub.log.filter(({ origin }) => origin === 'cdn')).toEqual([]);
  await page.context().close();
});

it('takes the parts of a split model in as one, and says which one is missing', async () => {
  const page = await openPage();
  const [first, second, third] = splitModels().whole.map(({ fileName, bytes }) =>
    file(fileName, bytes),
  );
  if (!first || !second || !third) throw new RangeError('Too few parts');
  await give(page, third, first);
  await results(page)
    .getByText(/part 2 of 3 is missing: choose all parts together/)
    .waitFor();
  await button(page, 'Close split-00001-of-00003.gguf and 1 more').click();
  await give(page, third, first, second);
  await results(page)
    .getByText(/in 3 files\. Nobody has published digests/)
    .waitFor();
  await openShelf(page, scene);
  await select(page, MODEL);
  await ask(page, scene, SPOKEN_SENTENCE);
  await page.context().close();
});

it('refuses a file that is cut off, says so, and takes the whole one', async () => {
  const page = await openPage();
  await give(page, file('half.gguf', weights.subarray(0, 1_000_000)));
  await results(page).getByText('The file is cut off').waitFor();
  await button(page, 'Close half.gguf').click();
  await give(page, WHOLE);
  await results(page).getByText(`${MODEL} is here`).waitFor();
  await give(page, WHOLE);
  await results(page).getByText('Already here').waitFor();
  await page.context().close();
});

it('says that a part of the app is missing where the page has an old version of it', async () => {
  const page = await openPage();
  await page.route(/\/importFile-[^/]*\.js$/, (route) => route.fulfill({ status: 404, body: '' }));
  await give(page, WHOLE);
  await results(page).getByText('A part of the app is missing').waitFor();
  await page.context().close();
});

it('takes in what the system opens with the installed app', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  // The system is a person's: what Chromium reads of the manifest, and what it then gives to the page.
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'launchQueue', {
      value: { setConsumer: (consumer: unknown) => Object.assign(globalThis, { consumer }) },
    });
  });
  await page.goto(`${scene.url}/settings/models/add`);
  const session = await context.newCDPSession(page);
  const { errors, manifest } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);

  expect(manifest).toMatchObject({ display: 'kStandalone' });
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A context of a test is a private window.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);

  await button(page, 'Open a file…').waitFor();
  await page.route('**/opened.gguf', (route) => route.fulfill({ body: Buffer.from(weights) }));
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('opened.gguf', { create: true });
    const { body } = await fetch('/opened.gguf');
    await body?.pipeTo(await handle.createWritable());
    const { consumer } = globalThis as unknown as { consumer: (launch: object) => void };
    consumer({ files: [handle] });
  });
  await results(page).getByText(`${MODEL} is here`).waitFor();
  await context.close();
});
