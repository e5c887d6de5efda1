import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGE_TAGS } from '../../lib/components/words/languages';
import { PSEUDO_LANGUAGE } from '../../lib/components/words/pseudoLanguage';
import { checkTranslation } from './checkTranslation';
import { collectMessages } from './collectMessages';
import { readTranslations } from './translations';
import { wrongCalls } from './wrongCalls';

const { messages, computed } = collectMessages();

describe('the messages', () => {
  it('are found in the sources, each a literal', () => {
    expect(messages.size).toBeGreaterThan(500);
    expect(computed).toEqual([]);
  });

  it('get a value for each argument from each call: numbers for plurals, and texts', () => {
    expect(wrongCalls()).toEqual([]);
  });

  it('keep their arguments in the pseudo-language', () => {
    const problems = [...messages.keys()].map((message) => {
      const text = PSEUDO_LANGUAGE.translate(message) ?? '';
      return checkTranslation({ message, text, language: 'en' });
    });
    expect(new Set(problems)).toEqual(new Set([undefined]));
  });

  it('that lack a value, or get a number where its format would be lost, are noticed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'words-'));
    const file = path.join(folder, 'calls.ts');
    const calls = [
      `t('{name} is here', { name: 'x' }); t('{count, plural, other {#}}', { count: 2 });`,
      `t('{name} is here');`,
      `const values = { Name: 'x' }; t('{name} is here', values);`,
      `t('{count} tokens', { count: 1000 });`,
      `t('{count, plural, other {#}}', { count: '2' });`,
    ];
    writeFileSync(file, `declare function t(...all: unknown[]): string;\n${calls.join('\n')}`);
    const problems = wrongCalls([file]).map((problem) => problem.replace(/^.*calls\.ts/, ''));
    rmSync(folder, { recursive: true });
    expect(problems).toEqual([
      ':3: no value for {name}',
      ':4: no value for {name}',
      ':5: {count} is no text',
      ':6: {count} is no plural',
    ]);
  });
});

describe.each(LANGUAGE_TAGS.filter((tag) => tag !== 'en'))('the translations in %s', (language) => {
  const translations = readTranslations(language);

  it('are one for each message, and for nothing else', () => {
    const all = [...messages.keys()];
    expect(all.filter((message) => translations[message] === undefined)).toEqual([]);
    expect(Object.keys(translations).filter((message) => !messages.has(message))).toEqual([]);
  });

  it('can be shown with the values of their messages', () => {
    const problems = Object.entries(translations).flatMap(([message, text]) => {
      const problem = checkTranslation({ message, text, language });
      return problem === undefined ? [] : [`${message}: ${problem}`];
    });
    expect(problems).toEqual([]);
  });
});
