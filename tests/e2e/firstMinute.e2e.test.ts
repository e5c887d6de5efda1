import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { Llama32_1B_Instruct } from '../../lib/ai/modelConfig';
import type { CatalogFile } from '../hub/fixtures';
import {
  DEMO_SENTENCE,
  SENTENCES,
  ask,
  button,
  card,
  createScene,
  launchBrowser,
  openShelf,
  untilInstalled,
  type Scene,
} from './scene';

const { modelId, displayName, folderName, guidance } = Llama32_1B_Instruct;
const SPEAKER = 'local-small';

/** The model that the app offers first, with files that this computer's hub has. */
function withFirstModel(catalog: CatalogFile): unknown {
  const [speaker] = catalog.models.filter((model) => model.modelId === SPEAKER);
  const { demo: _, ...facts } = speaker ?? {};
  const first = { ...facts, modelId, displayName, folderName, guidance };
  return { ...catalog, models: [first] };
}

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ catalog: withFirstModel });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

it('leads from nothing to a speaking model: the demo answers, and the offered model takes its place', async () => {
  const page = await (await scene.context(browser)).newPage();
  await openShelf(page, scene);
  await page.getByRole('heading', { name: 'Your first model' }).waitFor();
  await button(page, 'Try it now, offline').click();
  await page.getByRole('textbox').waitFor();
  await ask(page, scene, DEMO_SENTENCE);

  await openShelf(page, scene);
  await page
    .getByRole('button')
    .filter({ hasText: `Download ${displayName}` })
    .click();
  await untilInstalled(page, displayName);
  await card(page, displayName).getByText('SELECTED', { exact: true }).waitFor();
  expect(await page.getByRole('heading', { name: 'Your first model' }).count()).toBe(0);
  await ask(page, scene, SENTENCES[SPEAKER] ?? '');
  await page.context().close();
});
