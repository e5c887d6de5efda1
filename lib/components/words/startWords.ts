/** What a page says until the app's code is there. The build writes it into the page's first script. */
import { ENGLISH, setLanguage, t } from './language';
import { LANGUAGE_TAGS, loadLanguage } from './languages';

/** In each language, by its tag. */
export async function startWords() {
  const words = [];
  for (const tag of LANGUAGE_TAGS) {
    setLanguage(await loadLanguage({ tag, locale: tag }));
    words.push([tag, { language: tag, ...wordsNow() }] as const);
  }
  setLanguage(ENGLISH);
  return Object.fromEntries(words);
}

const wordsNow = () => ({
  /** On a visit for which the whole app is fetched: what people wonder about before they write something. */
  firstVisit: t(
    'The first visit takes a moment: the app is loaded into this browser. Your models, your chats and your settings stay on this device, and nothing that you write to a model is sent anywhere.',
  ),
  failure: t('The app can’t be loaded. Look at your connection, and load the page again.'),
  reload: t('Reload'),
});
