import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { IntlMessageFormat } from 'intl-messageformat';

/** What Hermes lacks of `Intl`. */
const LACKS = ['PluralRules', 'Locale', 'ListFormat', 'DisplayNames', 'Segmenter'] as const;
const own = Object.getOwnPropertyDescriptors(Intl);
const REAL = Intl.PluralRules;

beforeAll(async () => {
  for (const name of LACKS) Reflect.deleteProperty(Intl, name);
  expect(() => new Intl.PluralRules('de')).toThrow();
  await import('./pluralRules');
});
afterAll(() => {
  Object.defineProperties(Intl, own);
});

const TAGS = [
  ...['en', 'en-GB', 'de-AT', 'fr-CA', 'es-MX', 'pt-BR', 'pt-PT', 'ja-JP', 'zh-Hant-TW', 'hi-IN'],
  ...['ar-EG', 'ar', 'de-DE-u-rg-atzzzz'],
];

describe('the plural rules on an engine that has none', () => {
  it.each(TAGS)('are those of the standard for %s', (tag) => {
    const [added, real] = [new Intl.PluralRules(tag), new REAL(tag)];
    const numbers = Array.from({ length: 1_200 }, (_, number) => number);
    expect(numbers.map((number) => added.select(number))).toEqual(
      numbers.map((number) => real.select(number)),
    );
  });

  it('serve the app’s messages', () => {
    const arabic = '{count, plural, zero {z} one {o} two {t} few {f #} many {m} other {r}}';
    const format = new IntlMessageFormat(arabic, 'ar-EG', undefined, { ignoreTag: true });
    expect([0, 1, 2, 11, 100].map((count) => format.format({ count }))).toEqual([
      'z',
      'o',
      't',
      'm',
      'r',
    ]);
  });

  it('are English for a language that the app doesn’t speak', () => {
    expect(new Intl.PluralRules('xx').select(1)).toBe('one');
    expect(new Intl.PluralRules().select(2)).toBe('other');
  });
});
