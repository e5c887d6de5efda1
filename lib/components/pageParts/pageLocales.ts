/** The languages that a browser prefers: Metro takes this module in place of expo-localization, which tells far more. */
import { useSyncExternalStore } from 'react';

let locales: { languageTag: string }[] = [];

function read() {
  const { languages } = navigator;
  const isNew = languages.join() !== locales.map(({ languageTag }) => languageTag).join();
  if (isNew) locales = languages.map((languageTag) => ({ languageTag }));
  return locales;
}

function subscribe(listener: () => void) {
  addEventListener('languagechange', listener);
  return () => removeEventListener('languagechange', listener);
}

/** The most preferred one first. */
export const useLocales = () => useSyncExternalStore(subscribe, read);
