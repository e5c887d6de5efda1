/** Keeps the language of the page what the person has chosen, or what the system prefers. */
import { useLocales } from 'expo-localization';
import { startTransition, useEffect, useState } from 'react';
import { ENGLISH, setLanguage } from '../words/language';
import type { TextLanguage } from '../words/language';
import { chooseLanguage, LANGUAGES, loadLanguage, PSEUDO_LOCALE } from '../words/languages';
import type { LanguageTag } from '../words/languages';
import { PSEUDO_LANGUAGE } from '../words/pseudoLanguage';
import { showDirection } from './showDirection';

export interface ShownLanguage {
  /** Of the texts, such as `de`. */
  tag: LanguageTag | typeof PSEUDO_LOCALE;
  isRightToLeft: boolean;
}

/**
 * The language that `t` uses now: the earlier one until `chosen` is loaded, undefined until there is any. Where its
 * translations can't be loaded, the texts are English.
 */
export function useLanguage(chosen: string): ShownLanguage | undefined {
  const system = useLocales().map(({ languageTag }) => languageTag);
  const tags = system.join();
  const [shown, setShown] = useState<ShownLanguage>();
  useEffect(() => {
    let isCurrent = true;
    const show = (language: ShownLanguage) => {
      showDirection(language);
      startTransition(() => setShown(language));
    };
    const [preferred] = tags.split(',');
    // As on Android, where “English (XA)” is among the system's languages for tests.
    if ((chosen === 'system' ? preferred : chosen) === PSEUDO_LOCALE) {
      setLanguage(PSEUDO_LANGUAGE);
      show({ tag: PSEUDO_LOCALE, isRightToLeft: false });
      return undefined;
    }
    const choice = chooseLanguage(chosen === 'system' ? undefined : chosen, tags.split(','));
    const use = (tag: LanguageTag, language: TextLanguage) => {
      if (!isCurrent) return;
      setLanguage(language);
      show({ tag, isRightToLeft: LANGUAGES[tag].isRightToLeft });
    };
    loadLanguage(choice).then(
      (language) => use(choice.tag, language),
      () => use('en', ENGLISH),
    );
    return () => {
      isCurrent = false;
    };
  }, [chosen, tags]);
  return shown;
}
