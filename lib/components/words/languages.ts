/** The languages of the app, and which of them a person gets. */
import { ENGLISH } from './language';
import type { TextLanguage } from './language';

/** English messages with their translations. */
export type Translations = Readonly<Record<string, string>>;

interface LanguageEntry {
  /** In the language itself. */
  name: string;
  isRightToLeft: boolean;
  /** Whether a native speaker has read the translations; English is the original. */
  isReviewed: boolean;
  /** Its translations, loaded when the language is first used; undefined for the original. */
  load: (() => Promise<{ default: Translations }>) | undefined;
}

const translation = (name: string, load: LanguageEntry['load']): LanguageEntry => ({
  name,
  isRightToLeft: false,
  isReviewed: false,
  load,
});

export const LANGUAGES = {
  // eslint-disable-next-line no-restricted-syntax -- a language is called what its speakers call it
  en: { name: 'English', isRightToLeft: false, isReviewed: true, load: undefined },
  de: translation('Deutsch', () => import('./languages/de.json')),
  fr: translation('Français', () => import('./languages/fr.json')),
  es: translation('Español', () => import('./languages/es.json')),
  pt: translation('Português', () => import('./languages/pt.json')),
  ja: translation('日本語', () => import('./languages/ja.json')),
  zh: translation('简体中文', () => import('./languages/zh.json')),
  hi: translation('हिन्दी', () => import('./languages/hi.json')),
  ar: { ...translation('العربية', () => import('./languages/ar.json')), isRightToLeft: true },
} as const satisfies Readonly<Record<string, LanguageEntry>>;

export type LanguageTag = keyof typeof LANGUAGES;

/** In the order of a list of choices. */
export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly LanguageTag[];

/** Accented English, longer than the original: it shows which texts don't come through `t`, and what is cut off. */
export const PSEUDO_LOCALE = 'en-XA';

export const isLanguageTag = (tag: string): tag is LanguageTag => Object.hasOwn(LANGUAGES, tag);

export interface ChosenLanguage {
  tag: LanguageTag;
  /** With the region that the system states for this language. */
  locale: string;
}

/**
 * `chosen` is the language that a person has set; undefined follows the system. `system` are the system's tags, the
 * preferred one first, such as `de-AT`. English where the app speaks none of them.
 */
export function chooseLanguage(
  chosen: string | undefined,
  system: readonly string[],
): ChosenLanguage {
  const languageOf = (tag: string) => tag.toLowerCase().split('-')[0] ?? '';
  const wanted = chosen === undefined ? system.map(languageOf) : [chosen];
  const tag = wanted.find(isLanguageTag) ?? 'en';
  const own = tag === 'en' ? ENGLISH.locale : tag;
  return { tag, locale: system.find((each) => languageOf(each) === tag) ?? own };
}

/** Rejects where its translations can't be loaded. */
export async function loadLanguage({ tag, locale }: ChosenLanguage): Promise<TextLanguage> {
  const { load } = LANGUAGES[tag];
  if (load === undefined) return { ...ENGLISH, locale };
  const { default: texts } = await load();
  // A message can be called like a property of every object.
  return { locale, translate: (text) => (Object.hasOwn(texts, text) ? texts[text] : undefined) };
}
