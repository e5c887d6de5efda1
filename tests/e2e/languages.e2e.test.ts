import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { ENGLISH, setLanguage, t } from '../../lib/components/words/language';
import { LANGUAGES, loadLanguage, PSEUDO_LOCALE } from '../../lib/components/words/languages';
import type { LanguageTag } from '../../lib/components/words/languages';
import { PSEUDO_LANGUAGE } from '../../lib/components/words/pseudoLanguage';
import { violations } from './axe';
import { button, createScene, DEMO_SENTENCE, launchBrowser, type Scene } from './scene';
import { cutOffTexts, doubleText, outsideOfMarks } from './shownTexts';
import { walk } from './walk';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 2_000_000 });
});
afterEach(() => setLanguage(ENGLISH));
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const PHONE = { width: 360, height: 740 };
/** A folder for pictures of each place, to look at. */
const PICTURES = process.env.LANGUAGE_PICTURES;

async function openIn(locale: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await scene.context(browser, { locale, viewport: PHONE, ...options });
  return context.newPage();
}

async function speak(tag: LanguageTag): Promise<void> {
  setLanguage(await loadLanguage({ tag, locale: tag }));
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

describe('in the pseudo-language, which is longer than English', () => {
  it('every text goes through a translation, and none is cut off', async () => {
    setLanguage(PSEUDO_LANGUAGE);
    const page = await openIn(PSEUDO_LOCALE);
    const problems: string[] = [];
    await walk(page, scene, async (where) => {
      const outside = (await outsideOfMarks(page)).filter((text) => !isData(text));
      problems.push(...outside.map((text) => `${where}: not translated: ${text}`));
      const cut = await cutOffTexts(page);
      problems.push(...cut.map((text) => `${where}: cut off: ${text}`));
      await picture(page, `xa ${where}`);
    });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each(['/', '/settings', '/settings/models', '/settings/models/add', '/settings/benchmarks'])(
    'no text of %s is cut off at twice the size on a phone',
    async (path) => {
      setLanguage(PSEUDO_LANGUAGE);
      const page = await openIn(PSEUDO_LOCALE);
      await page.goto(scene.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await doubleText(page);
      await picture(page, `xa double ${path.replaceAll('/', '-')}`);
      expect(await cutOffTexts(page)).toEqual([]);
      await page.context().close();
    },
  );
});

/** What has no translation: names, and what engines, files and servers call themselves. */
const isData = (text: string): boolean =>
  namesIn(scene).has(text) || UNTRANSLATED.some((pattern) => pattern.test(text));

const namesIn = ({ catalog }: Scene): ReadonlySet<string> =>
  new Set([
    ...ALL_MODELS.flatMap(({ displayName, size, quantization, license }) => [
      displayName,
      size,
      quantization,
      license,
    ]),
    ...catalog.models.flatMap(({ displayName, size }) => [displayName, size]),
    ...Object.values(LANGUAGES).map(({ name }) => name),
    ...['Modelshelf', 'Hugging Face', 'qwen 0.6b', 'llama', 'Who are you?', DEMO_SENTENCE],
  ]);

const UNTRANSLATED: readonly RegExp[] = [
  // The end of the window's title.
  /^· Modelshelf$/,
  // Repositories, addresses and files.
  /^(hf:)?[\w.-]+\/[\w.:-]+$/,
  /^https:\/\/\S+$/,
  /^local(-\w+-GGUF)?$/,
  /^[\w-]+\.gguf$/,
  /^SHA-256 [0-9a-f]{64}$/,
  // Dates in the format of the language.
  /^(· )?[A-Z][a-z]{2} \d{1,2}, \d{4}(, \d{1,2}:\d\d [AP]M)?$/,
  /^· wllama [\d.]+ ·$/,
  // How a measurement calls its device is stored with it.
  /^Linux, Chromium \d+, \d threads?$/,
];

describe('in Arabic', () => {
  it('runs from right to left, without a fault that axe-core knows', async () => {
    await speak('ar');
    const page = await openIn('ar-EG');
    const faults: string[] = [];
    await walk(page, scene, async (where) => {
      const { lang, dir } = await page.evaluate(() => {
        const { lang: of, dir: way } = document.documentElement;
        return { lang: of, dir: way };
      });
      expect([lang, dir], where).toEqual(['ar', 'rtl']);
      faults.push(...(await violations(page)).map((fault) => `${where}: ${fault}`));
      await picture(page, `ar ${where}`);
    });
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('the language', () => {
  const shownIn = async (page: Page, tag: LanguageTag) => {
    await speak(tag);
    await page.getByRole('heading', { level: 1, name: t('Settings') }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag);
  };

  it('is the system’s, and English where the app doesn’t speak it', async () => {
    for (const [locale, tag] of [
      ['de-AT', 'de'],
      ['nl-NL', 'en'],
    ] as const) {
      const page = await openIn(locale);
      await page.goto(`${scene.url}/settings`);
      await shownIn(page, tag);
      await page.context().close();
    }
  });

  it('that a person chooses is shown at once, and kept over a reload', async () => {
    const page = await openIn('en-US');
    await page.goto(`${scene.url}/settings`);
    await shownIn(page, 'en');
    await button(page, t('Change the language')).click();
    await page.getByRole('radio', { name: LANGUAGES.de.name }).click();
    await shownIn(page, 'de');
    await page.reload();
    await shownIn(page, 'de');
    await page.getByText(t('No native speaker has reviewed this translation yet.')).waitFor();
    await button(page, t('Change the language')).click();
    await page.getByRole('radio', { name: t('Like the system') }).click();
    await shownIn(page, 'en');
    await page.context().close();
  });
});
