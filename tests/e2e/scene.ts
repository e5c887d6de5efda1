/** What an end-to-end test stands on: the exported app on its own server, a hub where wanted, and a real Chromium. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
  type Route,
} from 'playwright';
import { onTestFailed, vi } from 'vitest';

import { buildApp } from '../../scripts/build/buildApp';
import { CHROMIUM_FLAGS, installedBrowser } from '../../scripts/checks/browser';
import { startServer } from '../../scripts/serve/server';
import { speakingModels, type CatalogFile } from '../hub/fixtures';
import type { HubRepo } from '../hub/repos';
import { startHub, type Hub } from '../hub/server';

/** Every name but the machine's own is unknown: nothing can leave it, and a try shows as a failed request. */
const NO_NETWORK = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? installedBrowser()?.path;

/** The engine is slower without V8's second compiler, which takes a third of the processor time of a short page. */
const BASELINE_COMPILER = '--js-flags=--liftoff-only';

export function browserArguments(): { executablePath: string; args: string[] } {
  if (EXECUTABLE === undefined) throw new Error('No Chromium: set CHROMIUM_PATH to its program.');
  return { executablePath: EXECUTABLE, args: [...CHROMIUM_FLAGS, NO_NETWORK] };
}

/** `isMeasured`: the engine is as fast as people have it. */
export function launchBrowser({ isMeasured = false } = {}): Promise<Browser> {
  const { executablePath, args } = browserArguments();
  return chromium.launch({
    executablePath,
    args: isMeasured ? args : [...args, BASELINE_COMPILER],
  });
}

const speakers = speakingModels({ endless: true });

/** What each model of the hub says, by model id. */
export const SENTENCES = speakers.sentences;
export const DEMO_SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';

export interface Scene {
  /** Of the app. */
  url: string;
  hub: Hub;
  /** Where the app's server has the engine and the demo; named by their contents. */
  engineFolder: string;
  catalog: CatalogFile;
  /** What is served as `catalog.json`, read at each request; its signature lies beside it. */
  catalogFile: string;
  /** Origins that any page of `context()` has asked, in order, each once. */
  origins: Set<string>;
  /** A browser profile of its own; its pages share everything. */
  context(browser: Browser, options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

const CLIENT = 'the-app';
/** A token that the person made at the hub, where people can sign in. */
export const OWN_TOKEN = 'hf_canary_own';

export interface SceneOptions {
  bytesPerSecond?: number;
  /** What the hub has beside the three that speak. */
  repos?: readonly HubRepo[];
  /** Whether the hub knows the app, so that people can sign in. */
  signsIn?: boolean;
  /** Changes what is served as `catalog.json`. */
  catalog?: (catalog: CatalogFile) => unknown;
  /** The text of the root that signs catalogs. */
  catalogRoot?: string;
}

export async function createScene(options: SceneOptions = {}): Promise<Scene> {
  const { folder } = await buildApp(() => undefined);
  const engineFolder = (await readdir(folder)).find((name) => name.startsWith('engine-'));
  if (engineFolder === undefined) throw new Error('The build has no folder for the engine.');
  const { bytesPerSecond, signsIn = false } = options;
  const clients = { [CLIENT]: ['http://localhost/oauth', 'http://127.0.0.1/oauth'] };
  const hub = await startHub({
    repos: [...speakers.repos, ...(options.repos ?? [])],
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(signsIn && { oauth: { clients }, tokens: { [OWN_TOKEN]: [] } }),
  });
  const catalog = speakers.catalog(hub.endpoint);
  const scratch = await mkdtemp(join(tmpdir(), 'modelshelf-e2e-'));
  const catalogFile = join(scratch, 'catalog.json');
  await writeFile(catalogFile, JSON.stringify(options.catalog?.(catalog) ?? catalog));
  const oauthClientId = signsIn ? CLIENT : undefined;
  const hubEndpoint = hub.endpoint;
  const server = await startServer({
    ...{ folder, port: 0, hubEndpoint, oauthClientId, catalogFile },
    catalogRoot: options.catalogRoot,
  });
  const origins = new Set<string>();
  return {
    url: server.url,
    hub,
    engineFolder,
    catalog,
    catalogFile,
    origins,
    async context(browser, contextOptions) {
      // The journeys with one are in `offline.e2e.test.ts`: it brings 15 MB, and takes requests away from the test's routes.
      const context = await browser.newContext({ serviceWorkers: 'block', ...contextOptions });
      watchOrigins(context, origins);
      watchFailure(context);
      return context;
    },
    async close() {
      await server.close();
      await hub.close();
      await rm(scratch, { recursive: true });
    },
  };
}

/** Leaves in the test's report what its pages show when the test fails. */
export function watchFailure(context: BrowserContext): void {
  try {
    onTestFailed(async ({ task }) => {
      Object.assign(task.meta, { note: await readPages(context) });
    });
  } catch {
    // Made before all tests of a file, it belongs to none of them.
  }
}

/** What a person would have seen when a test failed that can't be watched. */
async function readPages(context: BrowserContext): Promise<string> {
  const seen = context.pages().map(async (page) => {
    const snapshot = page.locator('body').ariaSnapshot({ timeout: 5000 });
    const shown = await snapshot.catch((error: unknown) => `nothing: ${String(error)}`);
    return `at the failure ${page.url()} showed:\n${shown}`;
  });
  return (await Promise.all(seen)).join('\n');
}

export function watchOrigins(context: BrowserContext, origins: Set<string>): void {
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http')) origins.add(origin);
  });
}

/** The model screen, once it shows models. */
export async function openShelf(page: Page, { url }: Pick<Scene, 'url'>): Promise<void> {
  await page.goto(`${url}/settings/models`);
  await card(page, 'Tiny demo').waitFor();
}

export function card(page: Page, name: string): Locator {
  return page.getByRole('group', { name, exact: true });
}

/**
 * The button that is called so or shows this text, once it takes presses: not in the moment after it has appeared on a
 * card. On a card, the name of a button also names its model.
 */
export function button(within: Page | Locator, name: string): Locator {
  const taking = within.locator(':not([aria-busy=true])');
  const text = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  const buttons = within.getByRole('button');
  return within
    .getByRole('button', { name, exact: true })
    .or(buttons.filter({ hasText: text }))
    .and(taking);
}

/** Chooses an action in the menu of a model's card. */
export async function choose(page: Page, name: string, action: string): Promise<void> {
  await button(card(page, name), `More actions for ${name}`).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** Resolves when the model can be used: it can be selected, or it was selected as the first one. */
export async function untilInstalled(page: Page, name: string): Promise<void> {
  await button(card(page, name), 'Select')
    .or(button(card(page, name), 'Chat'))
    .waitFor();
}

/**
 * Has `handler` answer the requests for `url` until the returned function is called. Playwright's `unroute` may never
 * return where a worker that has asked is just ending; https://github.com/microsoft/playwright/issues/42278 is alike.
 */
export async function routeUntilLifted(
  target: Page | BrowserContext,
  url: string,
  handler: (route: Route) => unknown,
): Promise<() => void> {
  let isLifted = false;
  await target.route(url, (route) => (isLifted ? route.continue() : handler(route)));
  return () => {
    isLifted = true;
  };
}

/** Scrolls down until the model's card is rendered: a long shelf only renders what is near its visible part. */
export async function scrollTo(page: Page, name: string): Promise<void> {
  const [width, height] = await page.evaluate(() => [innerWidth, innerHeight] as const);
  await page.mouse.move(width / 2, height / 2);
  await vi.waitFor(
    async () => {
      if ((await card(page, name).count()) > 0) return;
      await page.mouse.wheel(0, height);
      throw new Error(`No card of ${name} so far.`);
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** Downloads a model and waits until it can be used. */
export async function install(page: Page, name: string): Promise<void> {
  await scrollTo(page, name);
  await button(card(page, name), 'Download').click();
  await untilInstalled(page, name);
}

export async function select(page: Page, name: string): Promise<void> {
  const selecting = button(card(page, name), 'Select');
  const chat = button(card(page, name), 'Chat');
  await selecting.or(chat).waitFor();
  if ((await chat.count()) === 0) await selecting.click();
  await card(page, name).getByText('SELECTED', { exact: true }).waitFor();
}

let asked = 0;

/**
 * Asks the selected model something and waits for its whole answer. Each question is another one, because a chat that
 * was kept shows the same answer above it.
 */
export async function ask(page: Page, { url }: Pick<Scene, 'url'>, answer: string): Promise<void> {
  asked += 1;
  const question = `Who are you? (${asked})`;
  await page.goto(url);
  const field = page.getByRole('textbox');
  await field.pressSequentially(question);
  await field.press('Enter');
  const afterIt = page
    .getByRole('log')
    .getByText(question, { exact: true })
    .locator('xpath=following::*[@aria-busy]');
  await afterIt.getByText(answer).waitFor();
}

/** Per cent of a card's progress bar; fails when it has none. */
export async function percent(page: Page, name: string): Promise<number> {
  const value = await card(page, name).getByRole('progressbar').getAttribute('aria-valuenow');
  return Number(value);
}

/** Resolves when a card's progress bar shows at least that much. */
export async function untilPercent(page: Page, name: string, least: number): Promise<void> {
  await card(page, name).getByRole('progressbar').waitFor();
  await vi.waitFor(
    async () => {
      const seen = await percent(page, name);
      if (seen < least) throw new Error(`${name} is at ${String(seen)} per cent.`);
    },
    { timeout: 30_000, interval: 30 },
  );
}
