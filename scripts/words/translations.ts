/** The files of translations, one a language: sorted, so that two changes to them meet only where they mean the same. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LanguageTag, Translations } from '../../lib/components/words/languages';
import { PROJECT_ROOT } from '../build/projectRoot';

const fileOf = (language: LanguageTag) =>
  path.join(PROJECT_ROOT, 'lib/components/words/languages', `${language}.json`);

export function readTranslations(language: LanguageTag): Translations {
  return JSON.parse(readFileSync(fileOf(language), 'utf8')) as Translations;
}

export function writeTranslations(language: LanguageTag, translations: Translations): void {
  const sorted = Object.entries(translations).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(fileOf(language), `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}
