/** Gives Hermes the plural rules of the app's languages: its `Intl` has none. Nothing where the engine has its own. */
import '@formatjs/intl-pluralrules/polyfill.js';
import '@formatjs/intl-pluralrules/locale-data/ar.js';
import '@formatjs/intl-pluralrules/locale-data/de.js';
import '@formatjs/intl-pluralrules/locale-data/en.js';
import '@formatjs/intl-pluralrules/locale-data/es.js';
import '@formatjs/intl-pluralrules/locale-data/fr.js';
import '@formatjs/intl-pluralrules/locale-data/hi.js';
import '@formatjs/intl-pluralrules/locale-data/ja.js';
import '@formatjs/intl-pluralrules/locale-data/pt-PT.js';
import '@formatjs/intl-pluralrules/locale-data/pt.js';
import '@formatjs/intl-pluralrules/locale-data/zh.js';

type Rules = typeof Intl.PluralRules & { polyfilled?: true; availableLocales?: Set<string> };

const Added: Rules = Intl.PluralRules;

/** The package looks for the nearest of its tags by `Intl.Locale`, which Hermes lacks, too: it gets only tags that it has. */
function knownTag(tag: string): string {
  const [language = 'en', region = ''] = tag.split('-u-')[0]?.split('-') ?? [];
  const withRegion = `${language}-${region}`;
  return [withRegion, language].find((each) => Added.availableLocales?.has(each)) ?? 'en';
}

if (Added.polyfilled === true) {
  const ofKnownTags = class extends Added {
    constructor(locales: string | readonly string[] = 'en', options?: Intl.PluralRulesOptions) {
      super(knownTag([locales].flat()[0] ?? 'en'), options);
    }
  };
  Object.defineProperty(Intl, 'PluralRules', { value: ofKnownTags, configurable: true });
}
