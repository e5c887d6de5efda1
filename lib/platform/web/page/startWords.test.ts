import { expect, test } from 'vitest';

import { wordsFor } from './startWords';

const words = (failure: string) => ({ language: '', firstVisit: '', failure, reload: '' });
const WORDS = { en: words('English'), de: words('Deutsch'), zh: words('中文') };

test.each([
  [['de-AT', 'en'], 'Deutsch'],
  [['zh-Hant-TW'], '中文'],
  [['nl', 'DE'], 'Deutsch'],
  [['nl', 'constructor'], 'English'],
  [[], 'English'],
])('a browser that prefers %j gets the words in %s', (languages, language) => {
  expect(wordsFor(languages, WORDS)?.failure).toBe(language);
});
