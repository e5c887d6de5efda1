/** A walk through the screens, states and dialogs of the app, by their names in the language that `t` uses here. */
import type { Page } from 'playwright';

import { t } from '../../lib/components/words/language';
import { button, card, DEMO_SENTENCE, scrollTo, untilPercent, type Scene } from './scene';

/** Called at each place, in a state that lasts. */
export type Look = (where: string) => Promise<void>;

const DEMO = 'Tiny demo';
const LARGE = 'Local Large';

export async function walk(page: Page, scene: Scene, look: Look): Promise<void> {
  await walkScreens(page, scene, look);
  await walkAdding(page, scene, look);
  await walkDownloads(page, scene, look);
  await walkDemo(page, look);
  await walkChat(page, scene, look);
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).waitFor();
const dialog = (page: Page) => page.getByRole('dialog');

async function open(page: Page, { url }: Pick<Scene, 'url'>, path: string): Promise<void> {
  await page.goto(url + path);
  await heading(page);
}

/** Opens a dialog, looks at it, and closes it. */
async function lookInto(
  page: Page,
  opens: () => Promise<void>,
  look: () => Promise<void>,
): Promise<void> {
  await opens();
  await dialog(page).waitFor();
  await look();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}

async function walkScreens(page: Page, scene: Scene, look: Look): Promise<void> {
  await open(page, scene, '/');
  await look('the chat without a model');
  await open(page, scene, '/settings');
  await look('the settings');
  await lookInto(
    page,
    () => button(page, t('Change the language')).click(),
    () => look('the languages'),
  );
  await open(page, scene, '/settings/benchmarks');
  await look('the benchmarks without a model');
  await open(page, scene, '/settings/storage');
  await look('the storage with nothing in it');
  await open(page, scene, '/nowhere');
  await look('a page that isn’t there');
}

async function walkAdding(page: Page, scene: Scene, look: Look): Promise<void> {
  await open(page, scene, '/settings/models/add');
  await look('the box for a new model');
  await page.getByRole('textbox').fill('https://example.com/page');
  await look('an address that can’t be used');
  await page.getByRole('textbox').fill('');
  await button(page, t('Show what is popular')).click();
  const found = page.getByRole('button', { name: /^local-small-GGUF/ });
  await found.waitFor();
  await look('found repositories');
  await found.click();
  await dialog(page).getByText(t('Architecture'), { exact: true }).waitFor();
  await look('an opened repository');
}

async function walkDownloads(page: Page, scene: Scene, look: Look): Promise<void> {
  await open(page, scene, '/settings/models');
  await card(page, DEMO).waitFor();
  await look('the shelf');
  const large = card(page, LARGE);
  await scrollTo(page, LARGE);
  await button(large, t('Download')).click();
  await untilPercent(page, LARGE, 3);
  await button(large, t('Pause')).click();
  await button(large, t('Resume')).waitFor();
  await look('a pause');
  scene.hub.faults.push({ origin: 'cdn', fault: { status: 200, body: 'html' } });
  await button(large, t('Resume')).click();
  await large.getByText(t('This is not a model'), { exact: true }).waitFor();
  await look('a failure');
  scene.hub.faults.clear();
}

/** An action in the menu of the demo's card. */
async function choose(page: Page, action: string): Promise<void> {
  await button(card(page, DEMO), t('More actions for {name}', { name: DEMO })).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

async function walkDemo(page: Page, look: Look): Promise<void> {
  const demo = card(page, DEMO);
  await scrollTo(page, DEMO);
  await button(demo, t('Download')).click();
  await button(demo, t('Select'))
    .or(button(demo, t('Chat')))
    .waitFor();
  await look('an installed model');
  await lookInto(
    page,
    () => choose(page, t('Details')),
    () => look('its details'),
  );
  await lookInto(
    page,
    () => choose(page, t('Remove')),
    () => look('its removal'),
  );
  await lookInto(
    page,
    () => choose(page, t('Settings')),
    async () => {
      await button(dialog(page), t('Advanced')).click();
      await dialog(page).getByLabel(t('Temperature')).fill('9');
      await button(dialog(page), t('Save')).click();
      await look('its settings with a problem');
    },
  );
  await choose(page, t('Benchmark'));
  await page.getByRole('heading', { name: t('Compared') }).waitFor();
  await page.locator('[aria-expanded=false]').last().click();
  await look('the benchmarks');
  const remove = button(page, t('Remove all measurements of {name}', { name: DEMO }));
  await lookInto(
    page,
    () => remove.click(),
    () => look('the removal of measurements'),
  );
}

async function walkChat(page: Page, scene: Scene, look: Look): Promise<void> {
  await page.goto(scene.url);
  const field = page.getByRole('textbox');
  await field.fill('Who are you?');
  await field.press('Enter');
  await page.getByRole('log').getByText(DEMO_SENTENCE).waitFor();
  await button(page, t('New chat')).waitFor();
  await look('a chat');
  await open(page, scene, '/settings/storage');
  await button(page, t('Remove {name}', { name: DEMO })).waitFor();
  await look('the storage');
  await lookInto(
    page,
    () => button(page, t('Show the plan')).click(),
    () => look('a plan for more room'),
  );
  await open(page, scene, '/chats');
  await look('the chats');
  await open(page, scene, '/compare');
  await look('a comparison with one model');
  await open(page, scene, '/settings/doctor');
  await look('the doctor');
}
