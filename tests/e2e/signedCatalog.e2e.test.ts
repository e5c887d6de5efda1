/** A page that trusts the keys of one root: a signed catalog, an exchanged one, a withdrawal, and an older catalog. */
import { writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { signaturePlace } from '../../lib/ai/catalogs/signaturePlace';
import {
  createSigner,
  rootOf,
  sha256,
  signatureFile,
  signText,
  statementOf,
} from '../signedCatalogs';
import { violations } from './axe';
import {
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  scrollTo,
  SENTENCES,
  untilInstalled,
  type Scene,
} from './scene';

const signer = createSigner();
const root = signText(rootOf({ keys: [signer], catalogKeys: [signer] }), [signer]);
const REASON = 'Its chat template was damaged.';
/** A folder for pictures of what a person sees. */
const SHOTS = process.env.SHOTS;

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ catalogRoot: JSON.stringify(root) });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

/** Puts a catalog onto the server; by `signs` also its signature. */
async function publish(version: number, change: object = {}, signs = true): Promise<void> {
  const [first, ...others] = scene.catalog.models;
  const models = [{ ...first, ...change }, ...others];
  const text = JSON.stringify({ ...scene.catalog, models });
  await writeFile(scene.catalogFile, text);
  if (!signs) return;
  const content = statementOf({ firstRoot: sha256(root.signed), catalogText: text, version });
  const file = signatureFile([root], signText(content, [signer]));
  await writeFile(signaturePlace(scene.catalogFile), file);
}

const nameOf = () => scene.catalog.models[0]?.displayName ?? '';
const says = (page: Page, text: string) => page.getByText(text, { exact: false }).first().waitFor();

/** The card of the model `shown` is scrolled into the picture. */
async function look(page: Page, name: string, shown?: string): Promise<void> {
  expect(await violations(page)).toEqual([]);
  if (SHOTS === undefined) return;
  for (const [width, scheme] of [
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme });
    if (shown !== undefined) {
      await scrollTo(page, shown);
      await card(page, shown).evaluate((element) => element.scrollIntoView({ block: 'end' }));
    }
    await page.screenshot({ path: `${SHOTS}/${name}-${String(width)}-${scheme}.png` });
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.emulateMedia({ colorScheme: 'light' });
}

it('uses what is signed, keeps it when a host delivers something else, and asks before it uses what is withdrawn', async () => {
  const name = nameOf();
  const context = await scene.context(browser);
  const page = await context.newPage();
  // Without a signature.
  await openShelf(page, scene);
  await says(page, 'It has no signature.');
  expect(await card(page, name).count()).toBe(0);

  await publish(5);
  await openShelf(page, scene);
  await install(page, name);
  expect(await page.getByText('The catalog').count()).toBe(0);

  // Exchanged by somebody who can write to the host.
  await publish(6, { displayName: 'Evil' }, false);
  await openShelf(page, scene);
  await says(page, 'The catalog was refused');
  await says(page, 'It isn’t the text that was signed.');
  await untilInstalled(page, name);
  await look(page, 'refused');

  await publish(6, { withdrawn: { reason: REASON } });
  await openShelf(page, scene);
  await card(page, name).getByText(REASON).waitFor();
  await look(page, 'withdrawn', name);
  await page.goto(scene.url);
  await says(page, REASON);
  await look(page, 'withdrawn-chat');
  await button(page, 'Use anyway').click();
  await page.getByRole('textbox').first().fill('Hello');
  await page.getByRole('textbox').first().press('Enter');
  await says(page, SENTENCES[scene.catalog.models[0]?.modelId ?? ''] ?? 'no sentence');

  // The catalog before the withdrawal comes back.
  await publish(5);
  await openShelf(page, scene);
  await says(page, 'It is older than the catalog that was accepted before.');
  await says(page, REASON);
});
