/** A model that its owner gives out one account at a time: refused, asked for, signed in, downloaded. */
import type { Browser, Page, Route } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { violations } from './axe';
import {
  button,
  card,
  createScene,
  launchBrowser,
  openShelf,
  OWN_TOKEN,
  untilInstalled,
  type Scene,
} from './scene';
import { chatSpeakers } from './speakers';

const NAME = 'Closed Speaker';
const speakers = chatSpeakers([
  { modelId: 'closed', displayName: NAME, sentence: 'I was given to you.' },
]);
const gate = { extra_gated_fields: { Affiliation: 'text' } };
const repos = speakers.repos.map((repo) => ({ ...repo, gated: 'auto' as const, gate }));
const REPO = repos[0]?.name ?? '';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({
    signsIn: true,
    repos,
    catalog: (catalog) => {
      const { models, ...about } = speakers.extend(catalog);
      const { ggufSource } = models.find(({ displayName }) => displayName === NAME) ?? {};
      const url = ggufSource?.kind === 'remote' ? ggufSource.url : '';
      const page = url.replace(/\/resolve\/.*/, '');
      return {
        ...about,
        models: models.map((model) =>
          model.displayName === NAME ? { ...model, huggingFaceUrl: page } : model,
        ),
      };
    },
  });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first();

/** Every place where a page of this origin keeps something, as text. The sign-in of this tab is left out. */
async function everythingKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const texts = [JSON.stringify(localStorage), location.href, document.cookie];
    const read = async (folder: FileSystemDirectoryHandle) => {
      for await (const handle of folder.values()) {
        if (handle instanceof FileSystemDirectoryHandle) await read(handle);
        else
          texts.push(
            new TextDecoder('latin1').decode(await (await handle.getFile()).arrayBuffer()),
          );
      }
    };
    await read(await navigator.storage.getDirectory());
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => (all.onsuccess = resolve));
        for (const entry of all.result as object[]) {
          texts.push(JSON.stringify(entry));
          for (const value of Object.values(entry)) {
            if (value instanceof ArrayBuffer) texts.push(new TextDecoder('latin1').decode(value));
            if (value instanceof CryptoKey) texts.push(`exportable ${String(value.extractable)}`);
          }
        }
      }
      database.close();
    }
    return texts.join('\n');
  });
}

it('is refused, asked for on the hub, and goes on by itself once the person has signed in', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await openShelf(page, scene);
  await button(card(page, NAME), 'Download').click();
  await card(page, NAME).getByText('Its licence has to be accepted').waitFor();
  await card(page, NAME).getByText('The owner asks for: Affiliation.').waitFor();

  const opening = context.waitForEvent('page');
  await button(card(page, NAME), 'Open its page').click();
  const modelPage = await opening;
  await modelPage.getByRole('button', { name: 'Agree and access repository' }).click();
  await modelPage.getByText('You have been granted access').waitFor();
  await modelPage.close();

  await link(page, 'Settings').click();
  await page.getByRole('switch', { name: 'Stay signed in on this device' }).click();
  const asking = context.waitForEvent('page');
  await button(page, 'Sign in').click();
  const hubPage = await asking;
  await hubPage.getByRole('button', { name: 'Authorize' }).click();
  await page.getByText('Signed in as reader.').waitFor();
  if (!hubPage.isClosed()) await hubPage.waitForEvent('close');

  await link(page, 'AI Models').click();
  await untilInstalled(page, NAME);

  const { log, signIns } = scene.hub;
  const bodies = log.filter(({ origin, file }) => origin === 'cdn' && file?.startsWith(REPO));
  expect(bodies.length).toBeGreaterThan(0);
  expect(bodies.filter(({ headers }) => 'authorization' in headers)).toEqual([]);
  expect(
    log.some(
      ({ path, headers }) => path.startsWith(`/${REPO}/resolve/`) && 'authorization' in headers,
    ),
  ).toBe(true);
  expect(signIns.secrets.length).toBeGreaterThan(1);
  expect(signIns.leaks).toEqual([]);
  const kept = await everythingKept(page);
  expect(kept).toContain('exportable false');
  expect(kept).toContain('closed.gguf');
  expect(`${kept} ${said.join('\n')} ${await page.content()}`).not.toMatch(/hf_canary/);

  // Another tab of this profile is signed in, too, until the person signs out in one of them.
  const other = await context.newPage();
  await other.goto(`${scene.url}/settings`);
  await other.getByText('Signed in as reader.').waitFor();
  await button(other, 'Sign out').click();
  await link(page, 'Settings').click();
  await button(page, 'Sign in').waitFor();
  await context.close();
}, 60_000);

it('shows each state of the sign-in without a fault that axe-core knows, and keeps what was chosen', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const check = async (where: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), `${where}, ${colorScheme}`).toEqual([]);
    }
  };
  const lasting = page.getByRole('switch', { name: 'Stay signed in on this device' });
  const field = page.getByLabel('Access token');
  const use = async (token: string) => {
    await field.fill(token);
    await button(page, 'Use this token').click();
  };
  await page.goto(`${scene.url}/settings`);
  await button(page, 'Sign in').waitFor();
  await check('signed out');
  await lasting.click();
  await button(page, 'Paste a token').click();
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  await check('a field for a token');

  await use('two words');
  await page.getByText('This is not a token').waitFor();
  await check('a text that is no token');
  await use('hf_unknown');
  await page.getByText('The token is not accepted').waitFor();
  await check('a token that is refused');
  expect(await lasting.isChecked()).toBe(true);

  let answer: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    const hold = async (route: Route) => {
      resolve();
      await new Promise<void>((go) => {
        answer = go;
      });
      await route.continue();
    };
    void page.route('**/api/whoami-v2', hold, { times: 1 });
  });
  await use(OWN_TOKEN);
  await isAsked;
  await page.getByText('The hub is asked about the token.').waitFor();
  await check('a token that is looked at');
  answer();
  await page.getByText('Signed in as reader with a token of your own.').waitFor();
  await check('signed in with a token');
  await page.reload();
  await page.getByText('Signed in as reader with a token of your own.').waitFor();
  await button(page, 'Sign out').click();

  const asking = context.waitForEvent('page');
  await button(page, 'Sign in').click();
  const hubPage = await asking;
  await page.getByText('Go on in the window that was opened').waitFor();
  await check('signing in');
  await hubPage.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('Not signed in', { exact: true }).waitFor();
  await check('a sign-in that was denied');
  const askingAgain = context.waitForEvent('page');
  await button(page, 'Sign in').click();
  await (await askingAgain).getByRole('button', { name: 'Authorize' }).click();
  await page
    .getByText(/^Signed in as reader\. It lasts until .* It ends when this tab is closed\.$/)
    .waitFor();
  await check('signed in until a time');
  await context.close();
}, 60_000);
