import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { commitFor } from '../hub/repos';
import type { HubRepo } from '../hub/repos';
import { violations } from './axe';
import {
  ask,
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  select,
  type Scene,
  choose,
} from './scene';
import { addTalker, file, MEGABYTE, MODEL, NAME, SENTENCE, talker, weights } from './talker';

/** Names of files that would leave the folder, turn a text around, or can't be on every disk, and a header of lies. */
const HOSTILE: HubRepo = talker('evil/Hostile-GGUF', {
  files: {
    '../../outside-Q8_0.gguf': file(weights),
    'con.gguf': file(weights),
    'a\u202egnp-Q8_0.gguf': file(weights),
    'lies-Q8_0.gguf': file(lyingHeader()),
    'shard-00001-of-00009.gguf': file(weights),
  },
  license: { license: 'other', license_name: 'free \u202e lunch' },
});

const DIGEST = `sha-256=:${createHash('sha256').update(weights).digest('base64')}:`;

/** GGUF, version 3, and 2^60 tensors. */
function lyingHeader(): Uint8Array {
  const bytes = new Uint8Array(MEGABYTE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x46554747, true);
  view.setUint32(4, 3, true);
  view.setBigUint64(8, 2n ** 60n, true);
  return bytes;
}

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ repos: [talker(NAME), HOSTILE] });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

async function openPage(path: string): Promise<Page> {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await page.goto(scene.url + path);
  return page;
}

const box = (page: Page) => page.getByRole('textbox');
const sheet = (page: Page, name: string) => page.getByRole('dialog', { name });

describe('a model that the app has never seen', () => {
  it('is found, added, downloaded and tried, and speaks', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await addTalker(page);
    await select(page, MODEL);
    await card(page, MODEL).getByText('In memory, ready to answer').waitFor();

    await choose(page, MODEL, 'Details');
    const details = page.getByRole('dialog');
    await details.getByText(commitFor(NAME), { exact: true }).waitFor();
    await details.getByText(/, from the hub$/).waitFor();
    await page.keyboard.press('Escape');
    await ask(page, scene, SENTENCE);

    // It is still there after a restart, and goes with its files when it is forgotten.
    await openShelf(page, scene);
    await card(page, MODEL).getByText('Added from the hub').waitFor();
    await install(page, 'Local Small');
    await select(page, 'Local Small');
    await choose(page, MODEL, 'Forget');
    await button(page.getByRole('dialog'), 'Remove and forget').click();
    await card(page, MODEL).waitFor({ state: 'detached' });
    await openShelf(page, scene);
    expect(await card(page, MODEL).count()).toBe(0);
    await context.close();
  });
});

describe('other ways in', () => {
  /** Requests for the bytes of a model. */
  const bodies = () => scene.hub.log.filter(({ origin }) => origin === 'cdn').length;

  it('a pasted address opens its repository, tells what its header states, and adds a card without a download', async () => {
    const page = await openPage('/settings/models/add');
    await box(page).fill(`${scene.hub.endpoint}/${NAME}/blob/main/Talker-1M-Q8_0.gguf`);
    const before = bodies();
    await box(page).press('Enter');
    const dialog = sheet(page, NAME);
    await dialog.getByText('Architecture', { exact: true }).waitFor();
    await dialog
      .getByText(/^Fits: .*, with 2,048 tokens of a chat$/)
      .first()
      .waitFor();
    // Only the header was read.
    const read = bodies() - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(4);
    expect(await violations(page)).toEqual([]);
    await button(dialog, 'Add to the shelf').click();
    await button(card(page, MODEL), 'Download').waitFor();
    expect(bodies() - before).toBe(read);
    await choose(page, MODEL, 'Forget');
    await card(page, MODEL).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('a link opens the repository that it names, and downloads only its header', async () => {
    const before = bodies();
    const query = `repo=${encodeURIComponent(NAME)}&file=Talker-1M-Q8_0.gguf`;
    // Also as phones open modelshelf://add?…
    for (const path of ['/settings/models/add', '/add']) {
      const page = await openPage(`${path}?${query}&url=https://evil.example/model.gguf`);
      await sheet(page, NAME).getByText('Architecture', { exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/settings/models/add');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.context().close();
    }
    const page = await openPage('/settings/models/add?repo=..%2F..');
    await page.getByText('This link names no model').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(bodies() - before).toBeLessThanOrEqual(2 * 4);
    expect([...scene.origins].join()).not.toContain('evil.example');
    await page.context().close();
  });
});

describe('an address elsewhere', () => {
  /** A server that knows no ranges. */
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      const isModel = url === '/files/Own%20fox.gguf';
      response.writeHead(isModel ? 200 : 404, {
        ...{ 'access-control-allow-origin': '*', 'access-control-expose-headers': 'repr-digest' },
        ...{ 'content-length': isModel ? weights.byteLength : 0, 'repr-digest': DIGEST },
      });
      response.end(isModel ? weights : '');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await promisify(server.close.bind(server))();
  });

  it('is looked at, added with its server’s digest, downloaded, and speaks', async () => {
    const page = await openPage('/settings/models/add');
    await box(page).fill(`${origin}/files/Own%20fox.gguf`);
    await button(page, `Look at the file at ${new URL(origin).host}`).waitFor();
    await box(page).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Its server states a digest.').waitFor();
    await dialog.getByText('25 MB', { exact: false }).first().waitFor();
    await button(dialog, 'Add and download').click();
    const added = card(page, 'Speaking model');
    await added.getByText(/^Works here/).waitFor();
    // Also where it is alone in its row.
    const widths = [added, card(page, 'Tiny demo')].map((one) => one.boundingBox());
    const [width, usual] = (await Promise.all(widths)).map((place) => place?.width);
    expect(width).toBeCloseTo(usual ?? NaN, 0);
    await choose(page, 'Speaking model', 'Details');
    await page.getByRole('dialog').getByText('Verified by its published digest').waitFor();
    await page
      .getByRole('dialog')
      .getByText(/, from an address$/)
      .waitFor();
    await page.context().close();
  });

  it('that has no file says so, and is asked again', async () => {
    const page = await openPage('/settings/models/add');
    await box(page).fill(`${origin}/nothing.gguf`);
    await box(page).press('Enter');
    const dialog = page.getByRole('dialog');
    await button(dialog, 'Try again').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.context().close();
  });
});

describe('a repository', () => {
  it('that is deleted while a person looks at it says so, before it opens and once it is downloaded', async () => {
    const gone = talker('someone/Gone-1M-GGUF');
    scene.hub.repos.set(gone.name, gone);
    const page = await openPage('/settings/models/add');
    await box(page).fill('gone');
    await box(page).press('Enter');
    const row = page.getByRole('button', { name: /^Gone-1M-GGUF by someone / });
    await row.click();
    const dialog = sheet(page, gone.name);
    await dialog.getByRole('radio', { checked: true }).waitFor();
    await page.keyboard.press('Escape');
    scene.hub.repos.delete(gone.name);
    await row.click();
    await dialog.getByText(/^(There is no such repository|This repository isn’t there)/).waitFor();
    scene.hub.repos.set(gone.name, gone);
    await button(dialog, 'Try again').click();
    // Its header was read while it was there, and isn't read again.
    await dialog.getByText('Architecture', { exact: true }).waitFor();
    scene.hub.repos.delete(gone.name);
    await button(dialog, 'Add and download').click();
    await card(page, 'Gone-1M Q8_0').getByRole('button', { name: 'Try again' }).waitFor();
    await page.context().close();
  });

  it('that is hostile offers only what can be stored, and is refused by its header', async () => {
    const page = await openPage(`/settings/models/add?repo=${encodeURIComponent(HOSTILE.name)}`);
    const dialog = sheet(page, HOSTILE.name);
    await dialog.getByRole('radio').first().waitFor();
    const offered = await dialog.getByRole('radio').allInnerTexts();
    expect(offered.join()).not.toMatch(/outside|con\.gguf|\u202e/);
    await button(dialog, '1 that can’t be used here').click();
    await dialog.getByText('The repository has only 1 of its 9 files.').waitFor();
    await dialog.getByRole('radio', { name: /^Q8_0, 1\.0 MB/ }).click();
    // Its header is read before anything can be added.
    await dialog.getByText('The model did not load').waitFor();
    await dialog.getByText('It can’t be used here.').first().waitFor();
    expect(await dialog.getByRole('button', { name: 'Add and download' }).isDisabled()).toBe(true);
    expect(await page.locator('body').innerText()).not.toContain('\u202e');
    await page.context().close();
  });
});
