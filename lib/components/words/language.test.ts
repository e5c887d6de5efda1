import { afterEach, describe, expect, it } from 'vitest';
import { ENGLISH, setLanguage, t, translated } from './language';
import { chooseLanguage, LANGUAGE_TAGS, loadLanguage } from './languages';
import { PSEUDO_LANGUAGE } from './pseudoLanguage';

afterEach(() => setLanguage(ENGLISH));

describe('texts', () => {
  it('are the English messages as long as no language is set', () => {
    expect(t('Download')).toBe('Download');
    const models = '{count, plural, one {# model} other {# models}}';
    expect(t(models, { count: 1 })).toBe('1 model');
    expect(t(models, { count: 1200 })).toBe('1,200 models');
  });

  it('take the plural forms of the language', () => {
    const arabic = '{count, plural, zero {z} one {o} two {t} few {f} many {m} other {r}}';
    setLanguage({ locale: 'ar', translate: () => arabic });
    const forms = [0, 1, 2, 3, 11, 100].map((count) => t('{count}', { count }));
    expect(forms).toEqual(['z', 'o', 't', 'f', 'm', 'r']);
  });

  it('insert a value as it is, whatever characters it has', () => {
    const name = "{count, plural, other {x}} <b>'#'</b>";
    expect(t('{name} is selected', { name })).toBe(`${name} is selected`);
  });

  it('stay English where a language has no translation', () => {
    setLanguage({ locale: 'de', translate: () => undefined });
    expect(t('Download')).toBe('Download');
    expect(translated('A small model.')).toBe('A small model.');
  });

  it('are marked and longer in the pseudo-language, with the same values', () => {
    setLanguage(PSEUDO_LANGUAGE);
    expect(t('Download')).toBe('⟦Dóŵñłóáđ ~~~~⟧');
    expect(t('{count, plural, one {# model} other {# models}}', { count: 2 })).toMatch(
      /^⟦2 ɱóđéłš[ ~]+⟧$/,
    );
    expect(t('{name} is selected', { name: 'Qwen' })).toMatch(/^⟦Qwen íš šéłéçŧéđ[ ~]+⟧$/);
    expect(t('about {size} free', { size: '2 GB' })).toMatch(/^⟦áƀóúŧ 2 GB ƒřéé[ ~]+⟧$/);
    const file = 'No {what, select, page {page of {name}} other {file}} here';
    expect(t(file, { what: 'page', name: 'x' })).toMatch(/^⟦Nó þáğé óƒ x ĥéřé[ ~]+⟧$/);
  });
});

describe('the language of a person', () => {
  it.each([
    [undefined, ['de-AT', 'en-US'], 'de', 'de-AT'],
    [undefined, ['nl-NL', 'fr-CA'], 'fr', 'fr-CA'],
    [undefined, ['zh-Hant-TW'], 'zh', 'zh-Hant-TW'],
    [undefined, ['nl'], 'en', 'en-GB'],
    [undefined, [], 'en', 'en-GB'],
    [undefined, ['en-US'], 'en', 'en-US'],
    ['ja', ['de-AT'], 'ja', 'ja'],
    ['de', ['en-US', 'de-CH'], 'de', 'de-CH'],
    ['xx', ['de-AT'], 'en', 'en-GB'],
    ['constructor', [], 'en', 'en-GB'],
  ])(
    '%s, on a system that prefers %j, is %s with the formats of %s',
    (chosen, system, tag, locale) => {
      expect(chooseLanguage(chosen, system)).toEqual({ tag, locale });
    },
  );

  it.each(LANGUAGE_TAGS)('is loaded with its translations: %s', async (tag) => {
    const { translate, locale } = await loadLanguage({ tag, locale: tag });
    expect(locale).toBe(tag);
    expect(translate('constructor')).toBeUndefined();
    expect(translate('Download') === undefined).toBe(tag === 'en');
  });
});
